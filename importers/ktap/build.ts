/** What make says about the collection it is in. */
export type BuildNews = { readonly entered: string } | { readonly failed: string };

const ENTERED =
  /^(?:Running tests in |(make)(?:\[\d+\])?: Entering directory .*\/testing\/selftests\/)([\w./-]+)/;
/** `[run_tests] Error` only says that a test failed. */
const FAILED =
  /^(?:(?:make(?:\[\d+\])?|(?=\S*Makefile)\S*:\d+): \*\*\* (?!.*\brun_tests\]).*(?:Error \d+|Stop\.)|(?=\S*Makefile)\S*: recipe for target .* failed)$/;

/** Watches whether the programs of a collection can be built: where not, there are no results at all. */
export class BuildWatch {
  private building = false;

  /** Whether the next lines may tell that the build failed. */
  get isBuilding(): boolean {
    return this.building;
  }

  /** Tells a collection that begins, or the line with which its build failed; null for other lines. */
  read(body: string): BuildNews | null {
    const entered =
      body.startsWith('Running tests in ') || body.startsWith('make') ? ENTERED.exec(body) : null;
    if (entered) {
      this.building = entered[1] === 'make';
      return { entered: entered[2]! };
    }
    if (!this.building || !FAILED.test(body)) return null;
    this.building = false;
    return { failed: body };
  }

  /** A program ran: what make says after it is about its failure. */
  ran(): void {
    this.building = false;
  }
}
