import { noteCodeId } from './code-id.ts';

// Run by the build once all is compiled.
noteCodeId();
