//! Reads the files by which C and C++ are built and configured, for the macros that they name.

use crate::name::Name;

/// Whether a file of this name configures or runs a build of C or C++.
pub(super) fn is_build_file(file: &str) -> bool {
    const NAMES: &[&str] = &[
        "CMakeLists.txt",
        "configure.ac",
        "configure.in",
        "Makefile",
        "Makefile.am",
        "Makefile.in",
        "GNUmakefile",
        "meson.build",
        "meson_options.txt",
    ];
    /// Of templates that a build makes headers from, and of what the build files include.
    const ENDINGS: &[&str] = &[".cmake", ".cmake.in", ".h.in", ".hpp.in", ".m4"];
    NAMES.contains(&file) || ENDINGS.iter().any(|ending| file.ends_with(ending))
}

/// The names in capitals: options, variables and macros alike.
pub(super) fn parse(source: &str) -> Vec<Name> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = source.split(|c| !is_word(c)).filter(|word| {
        word.len() > 2
            && word.bytes().all(|byte| !byte.is_ascii_lowercase())
            && word.bytes().any(|byte| byte.is_ascii_uppercase())
    });
    let mut names: Vec<&str> = words.collect();
    // `-DNAME` looks like one word.
    let options = source.split("-D").skip(1).map(|rest| rest.split(|c| !is_word(c)).next().unwrap_or(""));
    names.extend(options.filter(|name| !name.is_empty()));
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(Name::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_options_and_macros() {
        let named = |source: &str| parse(source).iter().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
        assert_eq!(
            named("option(WITH_SSL \"use it\" ON)\nadd_definitions(-DUSE_SSL=1)\n"),
            ["DUSE_SSL", "USE_SSL", "WITH_SSL"]
        );
        assert_eq!(named("#cmakedefine HAVE_X\n#undef EPOLL\n"), ["EPOLL", "HAVE_X"]);
    }
}
