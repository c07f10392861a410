/** Which cells are asked about. */
export interface CellArguments {
  readonly archs?: string;
  readonly consumers?: string;
}

/** The cells as the questions take them. */
export const cellsOf = ({ archs, consumers }: CellArguments) => ({
  ...(archs === undefined ? {} : { archs: [archs] }),
  ...(consumers === undefined ? {} : { consumers: [consumers] }),
});
