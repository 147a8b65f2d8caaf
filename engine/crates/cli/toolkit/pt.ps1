# The workflows of parseltongue, and every command of its binary, under one name, for Windows without Node.
# Generated from the workflow definitions of parseltongue. A workflow prints its answer; documents are written by
# `pt` of the npm package and by the shell script.
$ErrorActionPreference = 'Stop'

function Stop-WithMessage {
    param([string]$What, [string]$Fix)
    [Console]::Error.WriteLine("pt: $What")
    if ($Fix) { [Console]::Error.WriteLine("  fix: $Fix") }
    exit 2
}

$workflows = @{
    'onboard' = @{ Subject = 'directory'; Answer = @('report', 'onboard') }
    'feature-start' = @{ Subject = 'name'; Answer = @('report', 'feature-start') }
    'debug' = @{ Subject = 'name'; Answer = @('report', 'debug') }
    'refactor-check' = @{ Subject = 'name'; Answer = @('report', 'refactor-check') }
    'llm-context' = @{ Subject = 'directory and optional name'; Answer = @('report', 'onboard'); AnswerWithName = @('generate-context') }
}

$given = @($args | ForEach-Object { [string]$_ })
if ($given.Count -eq 0 -or $given[0] -in @('help', '--help', '-h')) {
    @'
Usage: pt COMMAND [ARGUMENTS]

  onboard         Map a codebase you do not know: modules, entry points, key types, where to start
  feature-start   Plan a change to an entity: impact, risk, files to touch and to avoid, tests
  debug           Trace an entity: who calls it, where it is used, the smallest safe change
  refactor-check  Assess a refactoring: risk with its factors, check list, guidance for the reviewer
  llm-context     Write what an LLM needs to know: the map, instructions, and a focus entity if named

Options of the workflows: --format human|json|markdown, --root DIR, --no-ignore, --no-cache
Every other command goes to the binary: pt callers NAME, pt list-entities, ...
'@ | Write-Output
    exit $(if ($given.Count -eq 0) { 2 } else { 0 })
}

$engine = $env:PARSELTONGUE_BINARY
if ($engine) {
    if (-not (Test-Path -LiteralPath $engine -PathType Leaf)) {
        Stop-WithMessage "PARSELTONGUE_BINARY points to $engine, and no program is there" 'correct the variable, or unset it'
    }
} else {
    $engine = Join-Path $PSScriptRoot 'parseltongue.exe'
    if (-not (Test-Path -LiteralPath $engine -PathType Leaf)) {
        $found = Get-Command 'parseltongue.exe' -CommandType Application -ErrorAction SilentlyContinue
        if (-not $found) {
            Stop-WithMessage 'the binary parseltongue.exe is not found' "copy it to $PSScriptRoot, put it on PATH, or set PARSELTONGUE_BINARY"
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
