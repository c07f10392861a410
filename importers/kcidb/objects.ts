/** The fields of version 5.3 that become events. What an object has beside them is left alone. */

export interface Checkout {
  readonly id: string;
  readonly origin: string;
  readonly tree_name?: string;
  readonly git_repository_url?: string;
  readonly git_repository_branch?: string;
  readonly git_commit_hash?: string;
  readonly git_commit_name?: string;
  readonly git_commit_tags?: readonly string[];
  readonly patchset_hash?: string;
  readonly start_time?: string;
  readonly valid?: boolean;
  readonly _timestamp?: string;
}

export interface Build {
  readonly id: string;
  readonly origin: string;
  readonly checkout_id: string;
  readonly architecture?: string;
  readonly config_name?: string;
  readonly compiler?: string;
  readonly status?: string;
  readonly start_time?: string;
  readonly duration?: number;
  readonly log_url?: string;
  readonly _timestamp?: string;
}

export interface Test {
  readonly id: string;
  readonly origin: string;
  readonly build_id: string;
  readonly path?: string;
  readonly status?: string;
  readonly start_time?: string;
  readonly duration?: number;
  readonly log_url?: string;
  readonly log_excerpt?: string;
  readonly number?: { readonly value: number; readonly unit?: string };
  readonly environment?: {
    readonly comment?: string;
    readonly compatible?: readonly string[];
    readonly misc?: Readonly<Record<string, unknown>>;
  };
  readonly misc?: Readonly<Record<string, unknown>>;
  readonly _timestamp?: string;
}

export interface Issue {
  readonly id: string;
  readonly origin: string;
  readonly version: number;
  readonly comment?: string;
  readonly report_subject?: string;
  readonly report_url?: string;
  readonly culprit?: Readonly<Record<'code' | 'tool' | 'harness', boolean | undefined>>;
  readonly _timestamp?: string;
}

export interface Incident {
  readonly id: string;
  readonly origin: string;
  readonly issue_id: string;
  readonly issue_version: number;
  readonly build_id?: string;
  readonly test_id?: string;
  readonly present?: boolean;
  readonly comment?: string;
  readonly _timestamp?: string;
}
