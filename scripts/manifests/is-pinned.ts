/** Whether an image is named with its version, or its digest. */
export function isPinned(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image) || (/:[\w.-]+$/.test(image) && !image.endsWith(':latest'));
}
