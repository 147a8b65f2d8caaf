import { COMPLETE_COMMAND } from "../commands.ts";
import { ENGINE_NAME } from "../identity.ts";

/** The shells that completions are written for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];

/** The programs that are completed. */
const PROGRAMS = ["pt", ENGINE_NAME];

// The scripts hold no list of commands: they ask `pt` at each key, so they never fall behind an update, and know
// the workflows of the project in which they are used.

const bash = `# Completions of ${PROGRAMS.join(" and ")} for bash. Asks the program itself what can follow.
_pt_complete() {
  local line=\${COMP_LINE:0:COMP_POINT} at prefix value rest
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  at=\${words[\${#words[@]}-1]}
  unset "words[\${#words[@]}-1]"
  # bash takes what stands behind the last colon or equals sign for the whole word.
  prefix=\${at%"\${at##*[:=]}"}
  [[ $COMP_WORDBREAKS == *:* ]] || prefix=
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    case $value in
      :files | :directories)
        compopt -o filenames 2>/dev/null
        local kind=-f
        [[ $value == :directories ]] && kind=-d
        while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen "$kind" -- "$at")
        ;;
      *)
        printf -v value '%q' "$value"
        COMPREPLY+=("\${value#"$prefix"}")
        ;;
    esac
  done < <("\${words[0]}" ${COMPLETE_COMMAND} "--at=$at" "\${words[@]:1}" 2>/dev/null)
}
complete -F _pt_complete ${PROGRAMS.join(" ")}
`;

const zsh = `#compdef ${PROGRAMS.join(" ")}
# Completions of ${PROGRAMS.join(" and ")} for zsh. Asks the program itself what can follow.
_pt_complete() {
  local line value
  local -a entries
  for line in "\${(@f)$(\${(Q)words[1]} ${COMPLETE_COMMAND} "--at=\${(Q)PREFIX}" "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files && return ;;
      :directories) _files -/ && return ;;
      *)
        value=\${line%%$'\\t'*}
        # _describe takes the first colon for the beginning of the description.
        entries+=("\${value//:/\\\\:}\${\${line#"$value"}/$'\\t'/:}")
        ;;
    esac
  done
  (( $#entries )) && _describe -t commands pt entries
}
if [ "$funcstack[1]" = _pt ]; then
  _pt_complete "$@"
else
  compdef _pt_complete ${PROGRAMS.join(" ")}
fi
`;

const fish = `# Completions of ${PROGRAMS.join(" and ")} for fish. Asks the program itself what can follow.
function __pt_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l at (commandline --current-token --cut-at-cursor)
    set -l program $words[1]
    set -e words[1]
    for line in ($program ${COMPLETE_COMMAND} "--at=$at" $words 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$at"
            case :directories
                __fish_complete_directories "$at"
            case '*'
                printf '%s\\n' $line
        end
    end
end
${PROGRAMS.map((program) => `complete --command ${program} --no-files --arguments '(__pt_complete)'`).join("\n")}
`;

const powershell = `# Completions of ${PROGRAMS.join(" and ")} for PowerShell. Asks the program itself what can follow.
Register-ArgumentCompleter -Native -CommandName ${PROGRAMS.join(", ")} -ScriptBlock {
    param($at, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($at -eq '' -and $_.Extent.EndOffset -le $cursorPosition) } |
        ForEach-Object { $_.ToString() })
    $before = @($words | Select-Object -Skip 1)
    foreach ($line in (& $words[0] ${COMPLETE_COMMAND} "--at=$at" @before 2>$null)) {
        $value, $text = $line -split "\`t", 2
        # PowerShell offers files by itself where nothing else is offered.
        if ($value.StartsWith(':')) { continue }
        if (-not $text) { $text = $value }
        $quoted = if ($value -match '[^\\w:./\\\\-]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($quoted, $value, 'ParameterValue', $text)
    }
}
`;

/** The completion script of each shell. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
