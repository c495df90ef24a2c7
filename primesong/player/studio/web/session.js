/** The song that the studio plays: its token, what is known of it, and the player it is in. */

import { complain, button, find, select } from "./elements.js";
import { mount } from "./player.js";
import { ask, askJson, writeAddress } from "./requests.js";

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
      select(name).addEventListener("change", () => void this.load(this.arrangement()));
    }
  }

  /** Play another song. @param {string} token @param {Found} found */
  async take(token, found) {
    this.song = token;
    this.found = found;
    writeAddress(token);
    for (const name of ["raga", "tala"]) select(name).disabled = false;
    select("tala").value = found.tala;
    offerOwn(select("raga"), found.raga);
    button("to-found").disabled = button("to-download").disabled = false;
    button("to-run").disabled = !found.program;
    document.title = `${found.title} · primesong studio`;
    await this.load({});
  }

  /** Load the song's document into the player. @param {Record<string, string>} arrangement */
  async load(arrangement) {
    const element = find(document, "#player");
    try {
      const song = /** @type {SongDocument} */ (await askJson("/song", { song: this.song, ...arrangement }));
      if (this.player) this.player.load(song);
      else this.player = mount(element, song);
    } catch (error) {
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
