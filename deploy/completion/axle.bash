# Completion of axle for bash: . deploy/completion/axle.bash
# The words come from axle itself: commands, options, sources, and the names of the dictionary.
_axle() {
    local IFS=$'\n' current=${COMP_WORDS[COMP_CWORD]}
    local words=("${COMP_WORDS[@]:1:COMP_CWORD-1}")
    mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" complete -- "${words[@]}" 2>/dev/null)" -- "$current")
}
complete -o default -F _axle axle
