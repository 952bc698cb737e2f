const clock = () => Number(process.hrtime.bigint() / 1_000_000n);

/**
 * Tell on stderr that something long goes on: in a terminal one line that counts the seconds, elsewhere a line
 * at the start, one every 15 s, and one at the end. Nothing ever goes to stdout.
 */
export async function showing(what, work) {
  const { stderr } = process;
  const started = clock();
  const seconds = () => Math.round((clock() - started) / 1000);
  const live = stderr.isTTY === true;
  const line = (text) => stderr.write(live ? `\r\x1b[K${text}` : `${text}\n`);
  line(`set-up: ${what} …`);
  const beat = setInterval(() => line(`set-up: ${what} … ${seconds()} s`), live ? 1000 : 15_000);
  let word = "failed after";
  try {
    const result = await work();
    word = "done in";
    return result;
  } finally {
    clearInterval(beat);
    line(`set-up: ${what}: ${word} ${((clock() - started) / 1000).toFixed(1)} s`);
    if (live) stderr.write("\n");
  }
}
