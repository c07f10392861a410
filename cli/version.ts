/** The version of regline; a test holds it equal to package.json's. */
export const VERSION = '0.1.0';

/** What a batch says about the tool that wrote it. */
export const TOOL = `regline ${VERSION}`;
