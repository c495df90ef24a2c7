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
    select("tala").addEventListener("change", () => void this.load(this.arrangement()));
  }

  /** Play another song. @param {string} token @param {Found} found */
  async take(token, found) {
    this.song = token;
    this.found = found;
    writeAddress(token);
    const tala = select("tala");
    tala.value = found.tala;
    button("to-found").disabled = button("to-download").disabled = tala.disabled = false;
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
      const query = { song: this.song, tala: select("tala").value, tonic };
      const song = /** @type {SongDocument} */ (await askJson("/song", query, signal));
      if (player.song === shown && !signal.aborted) player.addScore(Number(tonic), song.scores[tonic]);
    } catch (error) {
      if (!signal.aborted) complain(find(document, "#player .live"), error);
    }
  }

  /** How the song is heard and written now. @returns {Record<string, string>} */
  arrangement() {
    const tala = select("tala").value;
    const { player } = this;
    if (!player) return { tala };
    const chosen = (/** @type {string} */ name) =>
      /** @type {HTMLSelectElement} */ (find(document, `#player select.${name}`)).value;
    const tempo = String(player.clock.tempo);
    return { tala, tempo, tonic: chosen("tonic"), tuning: chosen("tuning"), script: chosen("script") };
  }

  /** Get the song as a file. @param {string} kind its suffix @param {AbortSignal} signal */
  fetchFile(kind, signal) {
    return ask(`/download?${new URLSearchParams({ song: this.song, kind, ...this.arrangement() })}`, { signal });
  }
}
