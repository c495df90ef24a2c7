/**
 * The studio: a song in the player, and what its server can do with songs: open, compose, check, download, run.
 *
 * Whatever a file or a program says is shown as text, never as markup. Long jobs can be cancelled.
 */

import { prepareComposing } from "./dialogs/composing.js";
import { prepareDownloading } from "./dialogs/downloading.js";
import { prepareDropping } from "./dropping.js";
import { complain, find } from "./elements.js";
import { prepareListening } from "./dialogs/listening.js";
import { Opening } from "./dialogs/opening.js";
import { askJson, readAddress } from "./requests.js";
import { prepareRunning } from "./dialogs/running.js";
import { Session } from "./session.js";

/** The token of the song that the studio began with. */
const FIRST = "first";

/** Show a song; one that the server no longer has is replaced by the first. @param {Session} session @param {string} token */
async function show(session, token) {
  try {
    const found = await askJson("/found", { song: token });
    await Promise.all([session.take(token, found), session.check(token, found)]);
  } catch (error) {
    if (token === FIRST) complain(find(document, "#player"), error);
    else await show(session, FIRST);
  }
}

const session = new Session();
const opening = new Opening(session);
prepareComposing(opening);
prepareDropping(opening);
prepareListening(opening);
prepareDownloading(session);
prepareRunning(session);
void show(session, readAddress() ?? FIRST);
