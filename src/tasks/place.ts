/** Where a defect lies: a file and the lines (1-based, inclusive) whose execution reaches it. */
export interface Place {
  path: string;
  first: number;
  last: number;
}
