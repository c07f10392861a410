/** The shells that there is a script for. */
export const SHELLS = ['bash', 'zsh'] as const;
export type Shell = (typeof SHELLS)[number];

/** The shell of a path like `/bin/zsh`; bash where it is none of ours. */
export function shellOf(path: string | undefined): Shell {
  return path?.split('/').at(-1)?.startsWith('zsh') === true ? 'zsh' : 'bash';
}

/** A script that lets a shell ask `regline` itself for what may follow. */
export function completionScript(shell: Shell): string {
  return SCRIPT[shell];
}

const SCRIPT: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of regline; to use it: source <(regline completion bash)
_regline() {
  local word current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  # What a log holds comes from outside: it is compared and quoted here, never expanded.
  while IFS= read -r word; do
    [[ $word == "$current"* ]] || continue
    [[ $word =~ ^[A-Za-z0-9_.,:/@%+=~^-]+$ ]] || printf -v word %q "$word"
    COMPREPLY+=("$word")
  done < <(regline --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)
}
complete -o default -F _regline regline
`,
  zsh: `#compdef regline
# zsh completion of regline; to use it: source <(regline completion zsh), after compinit
_regline() {
  local -a found
  found=(\${(f)"$(regline --get-yargs-completions "\${(@)words[1,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then
    compadd -a found
  else
    _default
  fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _regline "$@"
else
  compdef _regline regline
fi
`,
};
