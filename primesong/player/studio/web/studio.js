/**
 * The studio: a song in the player, and what its server can do with songs: open, compose, check, hand out, run.
 *
 * Whatever a file or a program says is shown as text, never as markup. Whatever takes its time can be stopped.
 */

import { Curve } from "./curve.js";
import { mount } from "./player.js";
import { Refusal, ask, messages, posting } from "./stream.js";

/** @typedef {import("./stream.js").Found} Found */
/** @typedef {import("./stream.js").Message} Message */
/** @typedef {import("./stream.js").Introduction} Introduction */
/** @typedef {import("./song.js").SongDocument} SongDocument */

const FIRST = "first";
const MEBIBYTE = 1 << 20;
const TUNINGS = ["equal", "just", "gandhar"];
const MOST_OUTPUT = 100_000; // characters that are kept of what a program prints

const KINDS = [
  [".mid", "MIDI", "for a workstation"],
  [".musicxml", "MusicXML", "for MuseScore"],
  [".mxl", "MusicXML, small", "compressed"],
  [".sargam", "Sargam", "plain text"],
  [".html", "A page", "in Bhatkhande’s notation"],
  [".pdf", "PDF", "engraved, for paper"],
  [".player.html", "This player", "one page, to send"],
  [".wav", "WAV", "sound, whole"],
  [".flac", "FLAC", "sound, packed"],
  [".mp3", "MP3", "sound, small"],
];

/** @type {Record<string, string>} */
const STAGES = {
  send: "Handing it over",
  read: "Listening to the recording",
  sieve: "Sieving the numbers",
  test: "Testing for a prime",
  verify: "Verifying a find",
  check: "Checking the song",
  draw: "Setting the score",
};

/** @param {ParentNode} parent @param {string} selector @returns {HTMLElement} */
const find = (parent, selector) => /** @type {HTMLElement} */ (parent.querySelector(selector));
/** @param {string} id */
const button = (id) => /** @type {HTMLButtonElement} */ (find(document, `#${id}`));
/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (find(document, `#${id}`));
/** @param {string} id */
const dialog = (id) => /** @type {HTMLDialogElement} */ (find(document, `#${id}`));

class Studio {
  constructor() {
    /** @type {ReturnType<typeof mount> | null} */
    this.player = null;
    this.song = "";
    this.tala = "";
    /** @type {Found | null} */
    this.found = null;
    /** @type {AbortController | null} */
    this.job = null;
    this.engraving = new AbortController();
    this._listen();
    this._showKinds();
  }

  /** Show the song that was shown before the page was loaded again, or else the one that the studio began with. */
  async begin() {
    const token = location.hash.slice(1) || FIRST;
    history.replaceState(null, "", "/"); // the key in the address is not needed any more, nor to be seen
    try {
      const found = await (await ask(`/found?${new URLSearchParams({ song: token })}`)).json();
      await this._take(token, found);
    } catch (error) {
      if (token === FIRST) this._complain(find(document, "#player"), error);
      else await this.begin();
    }
  }

  // Songs.

  /** @param {string} token @param {Found} found */
  async _take(token, found) {
    this.song = token;
    this.found = found;
    history.replaceState(null, "", `/#${token}`);
    this.tala = found.tala;
    const tala = /** @type {HTMLSelectElement} */ (find(document, "#tala"));
    tala.value = found.tala;
    button("to-found").disabled = button("to-download").disabled = tala.disabled = false;
    button("to-run").disabled = !found.program;
    document.title = `${found.title} · primesong studio`;
    await this._load({});
  }

  /**
   * Load the song's document into the player.
   * @param {Record<string, string>} options
   */
  async _load(options) {
    const element = find(document, "#player");
    try {
      const answer = await ask(`/song?${new URLSearchParams({ song: this.song, ...options })}`);
      const song = /** @type {SongDocument} */ (await answer.json());
      if (this.player) this.player.load(song);
      else this.player = mount(element, song);
    } catch (error) {
      this.player?.destroy();
      this.player = null;
      this._complain(element, error);
    }
  }

  /** Have the staff engraved for another tonic, and show it, while it goes on playing. @param {string} tonic */
  async _engrave(tonic) {
    this.engraving.abort();
    const { player } = this;
    const shown = player?.song;
    if (!shown || shown.scores[tonic]) return;
    this.engraving = new AbortController();
    const { signal } = this.engraving;
    try {
      const query = new URLSearchParams({ song: this.song, tala: this.tala, tonic });
      const song = /** @type {SongDocument} */ (await (await ask(`/song?${query}`, { signal })).json());
      if (player.song === shown && !signal.aborted) player.addScore(Number(tonic), song.scores[tonic]);
    } catch (error) {
      if (!signal.aborted) this._complain(find(document, "#player .live"), error);
    }
  }

  /** @param {File} file */
  async openFile(file) {
    const most = Number(document.body.dataset.most);
    const title = `Opening ${file.name}`;
    if (file.size > most) {
      const sentence = `this is larger than ${(most / MEBIBYTE).toLocaleString("en")} MiB, the limit here`;
      await this._open(title, () => Promise.reject(new Refusal(sentence)));
    } else {
      const path = `/open?${new URLSearchParams({ name: file.name })}`;
      const headers = { "content-type": "application/octet-stream" };
      await this._open(title, (signal) => ask(path, { method: "POST", headers, body: file, signal }));
    }
  }

  /** @param {string} text @param {string} title @param {boolean} minify */
  async composeText(text, title, minify) {
    const heading = `Composing ${title || "your song"}`;
    await this._open(heading, (signal) => ask("/compose", posting({ text, title, minify }, signal)));
  }

  /**
   * Follow the server as it makes a song of something, and take the song.
   * @param {string} title
   * @param {(signal: AbortSignal) => Promise<Response>} begin
   */
  async _open(title, begin) {
    const job = this._begin();
    const view = dialog("found");
    view.classList.add("working", "fresh");
    this._showFound(null);
    find(view, "h2").textContent = title;
    this._showStage(view, { stage: "send" });
    if (!view.open) view.showModal();
    this.player?.pause();
    try {
      /** @type {Found | null} */
      let found = null;
      for await (const message of messages(await begin(job.signal))) {
        if (message.stage) this._showStage(view, message);
        if (message.found) {
          found = message.found;
          this._showFound(found);
        }
        if (message.song && found) {
          await this._take(message.song, found);
          find(view, "h2").textContent = found.title;
          find(view, ".listen").focus();
        }
      }
    } catch (error) {
      if (job.signal.aborted) return;
      this._complain(find(view, ".fault"), error);
    } finally {
      if (this.job === job) {
        this.job = null;
        view.classList.remove("working");
        this._name(view);
      }
    }
  }

  /** @param {HTMLElement} view @param {Message} message */
  _showStage(view, message) {
    find(view, ".stage").textContent = STAGES[message.stage ?? ""] ?? "";
    const bar = /** @type {HTMLProgressElement} */ (find(view, "progress"));
    const share =
      message.stage === "test"
        ? message.chance
        : message.stage === "sieve" || message.stage === "read"
          ? message.share
          : undefined;
    if (share === undefined) bar.removeAttribute("value");
    else bar.value = share;
    find(view, ".facts").textContent = this._facts(message);
  }

  /** How the search stands, in words. @param {Message} message */
  _facts(message) {
    if (message.digits === undefined) return "";
    const words = [`a number of ${count(message.digits)} digits`];
    if (message.stage === "sieve") words.push(`${percent(message.share)} sieved`);
    if (message.stage === "test") {
      words.push(`${count(message.tested)} tested`, `${count(Math.round(message.rate ?? 0))} a second`);
      words.push(`${percent(message.chance)} are found by now`);
      if (message.seconds_left) words.push(`expected in ${duration(message.seconds_left)}, however long it took`);
    }
    return words.join(" · ");
  }

  /** @param {Found | null} found */
  _showFound(found) {
    const view = dialog("found");
    find(view, ".fault").textContent = "";
    find(view, ".source").textContent = found ? `${found.source}.` : "";
    list(
      find(view, ".traits"),
      found
        ? [
            ["notes", count(found.digits) + (found.coda ? `, then a coda of ${count(found.coda)}` : "")],
            ["Sa", found.tonic],
            ["tempo", `${Math.round(found.tempo * 100) / 100}`],
            ["tala", found.tala],
            ["tuning", found.tuning],
            ["lasts", duration(found.seconds)],
          ]
        : [],
    );
    list(
      find(view, ".checks"),
      found ? [...found.checks, ["verdict", found.holds ? "All of it holds." : "Not all of it holds."]] : [],
    );
    view.classList.toggle("holds", Boolean(found?.holds));
    this._name(view);
  }

  /** Name the found dialog's button for what it does. @param {HTMLElement} view */
  _name(view) {
    const failed = Boolean(find(view, ".fault").textContent);
    const fresh = view.classList.contains("fresh") && !failed && this.player !== null;
    find(view, ".listen").textContent = fresh ? "Listen" : "Close";
    /** @type {HTMLButtonElement} */ (find(view, ".listen")).disabled = view.classList.contains("working");
    find(view, ".stop").hidden = !view.classList.contains("working");
  }

  // Files to take away.

  _showKinds() {
    const kinds = KINDS.map(([suffix, name, what]) => {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.dataset.kind = suffix;
      const said = document.createElement("span");
      said.textContent = what;
      choice.append(name, said);
      choice.addEventListener("click", () => void this._download(suffix));
      return choice;
    });
    find(dialog("download"), ".kinds").replaceChildren(...kinds);
  }

  /** How the song is heard and written now. @returns {Record<string, string>} */
  _arrangement() {
    const { player } = this;
    if (!player) return { tala: this.tala };
    const chosen = (/** @type {string} */ name) =>
      /** @type {HTMLSelectElement} */ (find(document, `#player select.${name}`)).value;
    const tempo = String(player.clock.tempo);
    const arrangement = { tala: this.tala, tempo, tonic: chosen("tonic"), script: chosen("script") };
    // a tuning of the file's own stays as it is
    return TUNINGS.includes(chosen("tuning")) ? { ...arrangement, tuning: chosen("tuning") } : arrangement;
  }

  _showDownload() {
    const view = dialog("download");
    const { tempo, script, tuning = this.found?.tuning } = this._arrangement();
    const sa = document.querySelector("#player .tonic option:checked")?.textContent ?? this.found?.tonic;
    const beats = Math.round(Number(tempo ?? this.found?.tempo) * 10) / 10;
    find(view, ".as").textContent =
      `As it is set now: Sa ${sa}, ${beats} beats a minute, ${this.tala}, ${tuning} tuning${script ? `, ${script} script` : ""}.`;
    find(view, ".stage").textContent = find(view, ".fault").textContent = "";
    view.showModal();
  }

  /** @param {string} kind */
  async _download(kind) {
    const job = this._begin();
    const view = dialog("download");
    const choices = /** @type {NodeListOf<HTMLButtonElement>} */ (view.querySelectorAll(".kinds button"));
    for (const choice of choices) choice.disabled = true;
    find(view, ".fault").textContent = "";
    find(view, ".stage").textContent = `Making the ${kind.slice(1)} file…`;
    find(view, ".close").textContent = "Stop";
    try {
      const query = new URLSearchParams({ song: this.song, kind, ...this._arrangement() });
      const answer = await ask(`/download?${query}`, { signal: job.signal });
      const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? `song${kind}`;
      const content = await answer.blob();
      save(content, name);
      find(view, ".stage").textContent = `${name} is yours: ${size(content.size)}.`;
    } catch (error) {
      find(view, ".stage").textContent = "";
      if (!job.signal.aborted) this._complain(find(view, ".fault"), error);
    } finally {
      if (this.job === job) this.job = null;
      for (const choice of choices) choice.disabled = false;
      find(view, ".close").textContent = "Close";
    }
  }

  // The program at work.

  async _introduce() {
    const view = dialog("run");
    view.classList.remove("weak");
    find(view, ".consent").hidden = false;
    find(view, ".running").hidden = true;
    find(view, "h2").textContent = "Run the program?";
    find(view, ".fault").textContent = "";
    find(view, ".code").textContent = "";
    list(find(view, ".consent .checks"), []);
    const go = /** @type {HTMLButtonElement} */ (find(view, ".go"));
    go.hidden = false;
    go.disabled = true;
    find(view, ".close").textContent = "Do not run it";
    view.showModal();
    try {
      const answer = await ask("/introduce", posting({ song: this.song }));
      const introduction = /** @type {Introduction} */ (await answer.json());
      list(find(view, ".consent .checks"), introduction.lines);
      find(view, ".code").textContent = introduction.source;
      view.classList.toggle("weak", !["bubblewrap", "Landlock and seccomp"].includes(introduction.level));
      go.disabled = false;
      go.onclick = () => void this._run(introduction);
      find(view, ".close").focus();
    } catch (error) {
      this._complain(find(view, ".fault"), error);
    }
  }

  /** Run what was consented to. @param {Introduction} introduction */
  async _run({ sha256, level }) {
    const job = this._begin();
    const view = dialog("run");
    const curve = new Curve(find(view, ".curve"));
    const output = find(view, ".output");
    const stage = find(view, ".running .stage");
    output.textContent = "";
    list(find(view, ".summary"), []);
    find(view, ".consent").hidden = true;
    find(view, ".running").hidden = false;
    find(view, ".go").hidden = true;
    find(view, "h2").textContent = "The program at work";
    find(view, ".close").textContent = "Stop it";
    find(view, ".close").focus();
    stage.textContent = "It has begun";
    this.player?.pause();
    try {
      const answer = await ask("/run", posting({ song: this.song, sha256, level, consent: true }, job.signal));
      for await (const message of messages(answer)) {
        curve.add(message.losses ?? [], message.steps ?? 0);
        if (message.output) {
          const atEnd = output.scrollTop + output.clientHeight >= output.scrollHeight - 4;
          output.textContent = `${output.textContent}${message.output}\n`.slice(-MOST_OUTPUT);
          if (atEnd) output.scrollTop = output.scrollHeight;
        }
        if (curve.losses.length) stage.textContent = curve.said;
        if (message.summary) this._showEnd(view, message);
      }
    } catch (error) {
      if (!job.signal.aborted) this._complain(find(view, ".fault"), error);
    } finally {
      if (this.job === job) this.job = null;
      find(view, ".close").textContent = "Close";
    }
  }

  /** @param {HTMLElement} view @param {Message} message */
  _showEnd(view, message) {
    const ended = message.ended ? [["ended", message.ended]] : [];
    list(find(view, ".summary"), [...(message.summary ?? []), ...ended]);
    if (message.fault) this._complain(find(view, ".fault"), new Refusal(message.fault));
  }

  // What is set up once.

  _listen() {
    const file = input("file");
    button("to-open").addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      if (file.files?.[0]) void this.openFile(file.files[0]);
      file.value = "";
    });
    button("to-compose").addEventListener("click", () => dialog("compose").showModal());
    button("to-found").addEventListener("click", () => {
      this._showFound(this.found);
      find(dialog("found"), "h2").textContent = this.found?.title ?? "";
      dialog("found").classList.remove("fresh");
      this._name(dialog("found"));
      dialog("found").showModal();
    });
    button("to-download").addEventListener("click", () => this._showDownload());
    button("to-run").addEventListener("click", () => void this._introduce());
    find(document, "#player").addEventListener("change", (event) => {
      const chosen = /** @type {HTMLSelectElement} */ (event.target);
      if (chosen.matches("select.tonic")) void this._engrave(chosen.value);
    });
    find(document, "#tala").addEventListener("change", (event) => {
      this.tala = /** @type {HTMLSelectElement} */ (event.target).value;
      void this._load(this._arrangement());
    });
    dialog("compose").addEventListener("close", () => {
      if (dialog("compose").returnValue !== "compose") return;
      dialog("compose").returnValue = "";
      void this.composeText(input("text").value, input("title").value, input("minify").checked);
    });
    for (const [id, closers] of [
      ["found", ".listen, .stop"],
      ["download", ".close"],
      ["run", ".close"],
    ]) {
      const view = dialog(id);
      view.addEventListener("close", () => this._stop());
      for (const closer of view.querySelectorAll(closers)) closer.addEventListener("click", () => view.close());
    }
    find(dialog("found"), ".listen").addEventListener("click", () => {
      if (find(dialog("found"), ".listen").textContent === "Listen") void this.player?.play();
    });
    this._listenForFiles();
  }

  _listenForFiles() {
    let inside = 0;
    const show = (/** @type {number} */ depth) => {
      inside = Math.max(depth, 0);
      document.body.classList.toggle("dropping", inside > 0);
    };
    document.addEventListener("dragenter", () => show(inside + 1));
    document.addEventListener("dragleave", () => show(inside - 1));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      show(0);
      const file = event.dataTransfer?.files[0];
      if (file) this._receive(() => void this.openFile(file));
    });
    document.addEventListener("paste", (event) => {
      if (/** @type {Element} */ (event.target).closest?.("input, textarea")) return;
      const file = event.clipboardData?.files[0];
      const text = event.clipboardData?.getData("text/plain");
      if (file) this._receive(() => void this.openFile(file));
      else if (text) {
        this._receive(() => {
          input("text").value = text;
          dialog("compose").showModal();
        });
      }
    });
  }

  /** Close what is open, for something new has come. @param {() => void} open */
  _receive(open) {
    const views = /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog[open]"));
    for (const view of views) view.close();
    setTimeout(open); // a dialog's "close" comes later than its closing
  }

  /** Begin something that can be stopped, in place of what was going on. */
  _begin() {
    this._stop();
    this.job = new AbortController();
    return this.job;
  }

  _stop() {
    this.job?.abort();
    this.job = null;
  }

  /** @param {Element} element @param {unknown} error */
  _complain(element, error) {
    if (!(error instanceof Refusal)) throw error;
    const sentence = document.createElement("span");
    sentence.className = "sentence";
    sentence.textContent = `${error.message[0].toUpperCase()}${error.message.slice(1)}.`;
    element.replaceChildren(sentence);
  }
}

/** @param {HTMLElement} element @param {string[][]} pairs what, and that */
function list(element, pairs) {
  element.replaceChildren(
    ...pairs.map(([what, that]) => {
      const pair = document.createElement("div");
      const [term, description] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = what;
      description.textContent = that;
      pair.append(term, description);
      return pair;
    }),
  );
}

/** @param {Blob} content @param {string} name */
function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {number} [number] */
const count = (number = 0) => number.toLocaleString("en");
/** @param {number} [share] */
const percent = (share = 0) => `${Math.round(share * 100)} %`;
/** @param {number} bytes */
const size = (bytes) =>
  bytes < MEBIBYTE ? `${count(Math.ceil(bytes / 1024))} KiB` : `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
/** @param {number} seconds */
const duration = (seconds) =>
  seconds < 120
    ? `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
    : `${Math.round(seconds / 6) / 10} minutes`;

void new Studio().begin();
