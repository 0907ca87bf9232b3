// Sends a file to the hub as it lies on this computer: streamed, so that its size does not matter. How far it is and how it ended
// is told by its task in the hub's news; here only what kept it from being begun.
import { imageUploadPath } from '#contract/console-images.ts';

/** Null: the hub has taken it on. Else a sentence. `hasTask`: whether the hub tells of a task for it. */
export async function sendFile(file: File, hasTask: () => boolean): Promise<string | null> {
  // A connection that ends early is how the hub says that it wants no more of the file: the task knows why.
  try {
    const response = await fetch(`${imageUploadPath}?name=${encodeURIComponent(file.name)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    });
    if (response.ok) return null;
    const answer: unknown = await response.json();
    if (typeof answer === 'object' && answer !== null && 'message' in answer) return String(answer.message);
    return `The hub refused the file (${response.status}).`;
  } catch {
    if (hasTask()) return null;
    return `'${file.name}' could not be sent: the hub did not answer, or the file cannot be read any more. Send it again.`;
  }
}
