/** The song that the studio plays: its token, what is known of it, and the player it is in. */

import { complain, button, find, select } from "./elements.js";
import { mount } from "./player.js";
import { ask, askJson, writeAddress } from "./requests.js";

/** @typedef {import("./requests.js").Checks} Checks */
/** @typedef {import("./requests.js").Found} Found */
/** @typedef {import("./song.js").SongDocument} SongDocument */

export class Session {
  /** @type {ReturnType<typeof mount> | null} no player if the song cannot be drawn */
  player = null;
  /** The token that the server knows the song by. */
  song = "";
  /** @type {Found | null} */
  found = null;
  /** Ends the engraving of a staff that is no longer wanted. */
  engraving = new AbortController();

  constructor() {
    find(document, "#player").addEventListener("change", (event) => {
      const chosen = /** @type {HTMLSelectElement} */ (event.target);
      if (chosen.matches("select.tonic")) void this.engrave(chosen.value);
    });
    for (const name of ["raga", "tala"]) {
      select(name).addEventListener("change", () => void this.load(this.song, this.arrangement()));
    }
  }

  /** Play another song once it is drawn. @param {string} token @param {Found} found @param {AbortSignal} [signal] */
  async take(token, found, signal) {
    await this.load(token, {}, signal);
    this.song = token;
    this.found = found;
    writeAddress(token);
    for (const name of ["raga", "tala"]) select(name).disabled = false;
    select("tala").value = found.tala;
    offerOwn(select("raga"), found.raga);
    button("to-found").disabled = button("to-download").disabled = false;
    this._offerRun();
    document.title = `${found.title} · primesong studio`;
  }

  /**
   * Have a song checked; if that goes wrong, this is all that is known.
   * @param {string} token @param {Found} found @param {AbortSignal} [signal]
   */
  async check(token, found, signal) {
    /** @param {Error} error @returns {Checks} */
    const explain = (error) => ({ facts: [["checks", error.message]], holds: false, program: null });
    found.checks = await askJson("/checks", { song: token }, signal).catch(explain);
    this._offerRun();
  }

  _offerRun() {
    button("to-run").disabled = !this.found?.checks?.program;
  }

  /**
   * Load a song's document into the player.
   * @param {string} token @param {Record<string, string>} arrangement @param {AbortSignal} [signal]
   */
  async load(token, arrangement, signal) {
    const element = find(document, "#player");
    try {
      const song = /** @type {SongDocument} */ (await askJson("/song", { song: token, ...arrangement }, signal));
      if (this.player) this.player.load(song);
      else this.player = mount(element, song);
    } catch (error) {
      if (signal?.aborted) throw error;
      this.player?.destroy();
      this.player = null;
      complain(element, error);
    }
  }

  /** Get the staff for another tonic, and show it while the song plays on. @param {string} tonic */
  async engrave(tonic) {
    this.engraving.abort();
    const { player } = this;
    const shown = player?.song;
    if (!shown || shown.scores[tonic]) return;
    this.engraving = new AbortController();
    const { signal } = this.engraving;
    try {
      const query = { song: this.song, raga: select("raga").value, tala: select("tala").value, tonic };
      const song = /** @type {SongDocument} */ (await askJson("/song", query, signal));
      if (player.song === shown && !signal.aborted) player.addScore(Number(tonic), song.scores[tonic]);
    } catch (error) {
      if (!signal.aborted) complain(find(document, "#player .live"), error);
    }
  }

  /** How the song is heard and written now. @returns {Record<string, string>} */
  arrangement() {
    const { player } = this;
    const grouped = { raga: select("raga").value, tala: select("tala").value };
    if (!player) return grouped;
    const chosen = (/** @type {string} */ name) =>
      /** @type {HTMLSelectElement} */ (find(document, `#player select.${name}`)).value;
    const tempo = String(player.clock.tempo);
    return { ...grouped, tempo, tonic: chosen("tonic"), tuning: chosen("tuning"), script: chosen("script") };
  }

  /** Get the song as a file. @param {string} kind its suffix @param {string} expression @param {AbortSignal} signal */
  fetchFile(kind, expression, signal) {
    const query = { song: this.song, kind, expression, ...this.arrangement() };
    return ask(`/download?${new URLSearchParams(query)}`, { signal });
  }
}

/** Choose a name, which is offered for this song alone if it is not one of the usual. @param {HTMLSelectElement} choice @param {string} name */
function offerOwn(choice, name) {
  choice.querySelector(".own")?.remove();
  choice.value = name;
  if (choice.value === name) return;
  const own = new Option(name, name, false, true);
  own.className = "own";
  choice.add(own);
}
