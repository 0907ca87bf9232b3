// A part of the page, loaded when somebody needs it. A cable that is plugged in or out ends what a browser is loading at that
// moment, from the machine itself too: so it is tried again before anybody is told.
const tries = 3;
const againMs = 400;

/** Throws what the last try threw. */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await load();
    } catch (error) {
      if (left === 0) throw error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, againMs);
    });
  }
}
