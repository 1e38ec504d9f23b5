/** A line that shows how far a run has come: a bar on a terminal, nothing elsewhere. */
export interface ProgressBar {
  show(share: number): void;
  clear(): void;
}

const width = 40;

export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (stream.isTTY !== true) return { show: () => {}, clear: () => {} };
  return {
    show: (share) => {
      const full = Math.round(share * width);
      stream.write(`\r[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${Math.round(share * 100)} %`);
    },
    clear: () => {
      stream.write(`\r${' '.repeat(width + 8)}\r`);
    },
  };
}
