/** What a player consists of, as HTML: nothing in it is the song's. */

export const MARKUP = `
<header class="head">
  <h1></h1>
  <p class="sentence"></p>
  <p class="about"></p>
  <p class="tools">
    <button type="button" class="practice" aria-pressed="false">Practice</button>
    <button type="button" class="share">Share</button>
    <button type="button" class="tell" aria-haspopup="dialog">How it works</button>
  </p>
</header>
<section class="score" aria-label="Score">
  <div class="frame" tabindex="0" role="group" aria-label="Score, row by row"></div>
</section>
<section class="now" aria-label="Current note">
  <div class="tala" aria-hidden="true"></div>
  <div class="said" aria-hidden="true"><span class="swara"></span><span class="name"></span></div>
  <p class="stream" aria-hidden="true"><span class="before"></span><em></em><span class="after"></span></p>
  <div class="keys"></div>
  <div class="lesson">
    <label>Practice <select class="mode"><option value="wait">the song waits</option><option value="tempo">in tempo</option></select></label>
    <p class="count"></p>
    <button type="button" class="finish">Finish</button>
    <p class="hands"></p>
  </div>
</section>
<section class="program" aria-label="Program">
  <header>
    <h2>The program inside</h2>
    <p class="views" role="group" aria-label="Show">
      <button type="button" class="as-program" aria-pressed="true">Program</button
      ><button type="button" class="as-digits" aria-pressed="false">Digits</button>
    </p>
    <button type="button" class="copy" aria-label="Copy program" disabled>Copy</button>
  </header>
  <div class="frame" tabindex="0" role="group" aria-label="The program so far"></div>
  <div class="portrait" tabindex="0" role="group" aria-label="The digits as a picture" hidden></div>
  <p class="note">The program begins at <span class="begins"></span>. <button type="button" class="jump">Jump there</button></p>
  <p class="bytes"><span class="certain"></span><code class="hex"></code></p>
  <p class="sum"></p>
</section>
<section class="controls" aria-label="Player">
  <div class="transport">
    <button type="button" class="back">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 5v14M19 5L9 12l10 7z"/></svg>
    </button>
    <button type="button" class="play" aria-label="Play">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path class="to-play" d="M7 4l13 8-13 8z"/><path class="to-pause" d="M7 4v16M17 4v16"/>
      </svg>
    </button>
    <button type="button" class="forward">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M17 5v14M5 5l10 7-10 7z"/></svg>
    </button>
    <p class="position"><span class="place"></span> <span class="matra"></span> <span class="time"></span></p>
    <input type="range" class="seek" step="1">
    <button type="button" class="more" aria-expanded="false" aria-label="Settings">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h16M4 17h16M9 4v6M15 14v6"/></svg>
    </button>
  </div>
  <div class="settings">
    <div class="setting">Tempo
      <span class="stepper"><button type="button" class="slower" aria-label="Slower">−</button
        ><output class="tempo" aria-label="Matras a minute"></output
        ><button type="button" class="faster" aria-label="Faster">+</button></span>
    </div>
    <label>Sa <select class="tonic"></select></label>
    <label>Script <select class="script"></select></label>
    <label>Tuning <select class="tuning"></select></label>
    <label>Loop <select class="loop"></select></label>
    <label><input type="checkbox" class="tanpura"> Tanpura</label>
    <label class="with-tabla"><input type="checkbox" class="tabla"> Tabla</label>
    <label>Volume <input type="range" class="volume" min="0" max="100" value="100"></label>
    <p class="hint"><kbd>space</kbd> play, <kbd>←</kbd> <kbd>→</kbd> seek, <kbd>+</kbd> <kbd>−</kbd> tempo</p>
  </div>
</section>
<p class="live" role="status"></p>
<dialog class="report" aria-label="How it went">
  <h2>How it went</h2>
  <p class="tally"></p>
  <p class="decoded" role="status"></p>
  <div class="picture"></div>
  <div class="table"></div>
  <p class="actions"><button type="button" class="save-played">Save as MIDI</button> <button type="button" class="close">Close</button></p>
</dialog>
<dialog class="story" aria-label="How a program became a song">
  <h2>How a program became a song</h2>
  <ol></ol>
  <h2>Make yours</h2>
  <p>primesong is a free Python program. This makes a page like this one of a program of your own, and the second line
  prints the program in this page:</p>
  <pre>primesong export hello.py -o hello.html
primesong decode song.html</pre>
  <p class="actions"><button type="button" class="close">Close</button></p>
</dialog>`;
