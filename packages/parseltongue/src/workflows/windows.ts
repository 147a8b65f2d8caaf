import { BINARY_VARIABLE, ENGINE_NAME } from "../identity.ts";
import { ENGINE_FLAGS, type EngineCall, FORMATS, WORKFLOWS, type Workflow } from "./definitions.ts";

// Compiles the workflows into a wrapper for Windows without Node and without a POSIX shell. It prints the answers;
// documents are not written, because PowerShell re-encodes what it redirects.

/** The generated wrappers by file name. */
export function windowsScripts(): ReadonlyMap<string, string> {
  // cmd.exe reads only lines that end as on Windows reliably.
  return new Map([
    ["pt.ps1", powershell()],
    ["pt.cmd", commandFile().replaceAll("\n", "\r\n")],
  ]);
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const words = (call: EngineCall): string =>
  `@(${[...call.command, ...(call.options ?? [])].map(text).join(", ")})`;

function entry({ name, subject, answer, answerWithName }: Workflow): string {
  const named = answerWithName === undefined ? "" : `; AnswerWithName = ${words(answerWithName)}`;
  return `    ${text(name)} = @{ Subject = ${text(subject)}; Answer = ${words(answer)}${named} }`;
}

const powershell =
  (): string => `# The workflows of parseltongue, and every command of its binary, under one name, for Windows without Node.
# Generated from the workflow definitions of parseltongue. A workflow prints its answer; documents are written by
# \`pt\` of the npm package and by the shell script.
$ErrorActionPreference = 'Stop'

function Stop-WithMessage {
    param([string]$What, [string]$Fix)
    [Console]::Error.WriteLine("pt: $What")
    if ($Fix) { [Console]::Error.WriteLine("  fix: $Fix") }
    exit 2
}

$workflows = @{
${WORKFLOWS.map(entry).join("\n")}
}

$given = @($args | ForEach-Object { [string]$_ })
if ($given.Count -eq 0 -or $given[0] -in @('help', '--help', '-h')) {
    @'
Usage: pt COMMAND [ARGUMENTS]

${WORKFLOWS.map(({ name, summary }) => `  ${name.padEnd(16)}${summary}`).join("\n")}

Options of the workflows: --format ${FORMATS.join("|")}, --root DIR, ${ENGINE_FLAGS.join(", ")}
Every other command goes to the binary: pt callers NAME, pt list-entities, ...
'@ | Write-Output
    exit $(if ($given.Count -eq 0) { 2 } else { 0 })
}

$engine = $env:${BINARY_VARIABLE}
if ($engine) {
    if (-not (Test-Path -LiteralPath $engine -PathType Leaf)) {
        Stop-WithMessage "${BINARY_VARIABLE} points to $engine, and no program is there" 'correct the variable, or unset it'
    }
} else {
    $engine = Join-Path $PSScriptRoot '${ENGINE_NAME}.exe'
    if (-not (Test-Path -LiteralPath $engine -PathType Leaf)) {
        $found = Get-Command '${ENGINE_NAME}.exe' -CommandType Application -ErrorAction SilentlyContinue
        if (-not $found) {
            Stop-WithMessage 'the binary ${ENGINE_NAME}.exe is not found' "copy it to $PSScriptRoot, put it on PATH, or set ${BINARY_VARIABLE}"
        }
        $engine = @($found)[0].Source
    }
}

$workflow = $workflows[$given[0]]
if (-not $workflow) {
    & $engine @given
    exit $LASTEXITCODE
}

$options = @()
$plain = @()
for ($index = 1; $index -lt $given.Count; $index++) {
    if ($given[$index] -in @('--format', '--root')) {
        if ($index + 1 -ge $given.Count) { Stop-WithMessage "the option $($given[$index]) needs a value" '' }
        $options += $given[$index], $given[$index + 1]
        $index++
    } elseif ($given[$index].StartsWith('-')) {
        $options += $given[$index]
    } else {
        $plain += $given[$index]
    }
}
$most = if ($workflow.Subject -eq 'directory and optional name') { 2 } else { 1 }
if ($plain.Count -gt $most) { Stop-WithMessage "nothing is known to do with $($plain[$most])" '' }
$answer = $workflow.Answer
$name = @()
if ($workflow.Subject -eq 'name') {
    if ($plain.Count -eq 0) { Stop-WithMessage 'the name of an entity is needed' '' }
    $name = @('--', $plain[0])
} else {
    if ($plain.Count -gt 0) { $options += '--root', $plain[0] }
    elseif ('--root' -notin $options) { $options += '--root', '.' }
    if ($plain.Count -gt 1) {
        $answer = $workflow.AnswerWithName
        $name = @('--', $plain[1])
    }
}
$call = @($answer) + $options + $name
& $engine @call
exit $LASTEXITCODE
`;

const commandFile = (): string => `@echo off
rem Starts pt.ps1 beside this file, so that cmd.exe finds pt too.
powershell.exe -NoProfile -ExecutionPolicy Bypass -File "%~dp0pt.ps1" %*
exit /b %ERRORLEVEL%
`;
