//! Reads the files by which C and C++ are built and configured, for the macros that they name.

use crate::name::Name;
use serde::{Deserialize, Serialize};

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

/// What a file that builds C or C++ says of macros.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NativeBuild {
    /// The names in capitals: options, variables and macros alike.
    pub named: Vec<Name>,
    /// Those of them that the usual build defines, as far as the file tells: `-DNAME`, `option(NAME "..." ON)`.
    pub on: Vec<Name>,
}

pub(super) fn parse(source: &str) -> NativeBuild {
    let words = source.split(|c| !is_word(c)).filter(|word| {
        word.len() > 2
            && word.bytes().all(|byte| !byte.is_ascii_lowercase())
            && word.bytes().any(|byte| byte.is_ascii_uppercase())
    });
    let mut named: Vec<&str> = words.collect();
    let mut on: Vec<&str> = set_by_default(source);
    let (mut of_program, mut continues) = (false, false);
    for line in source.lines() {
        if !continues {
            of_program = is_for_one_program(line);
        }
        continues = line.trim_end().ends_with('\\');
        // `-DNAME` looks like one word.
        let given = line.split("-D").skip(1).map(|rest| rest.split(|c| !is_word(c)).next().unwrap_or(""));
        let given: Vec<&str> = given.filter(|name| !name.is_empty()).collect();
        named.extend(&given);
        if !of_program {
            on.extend(given);
        }
    }
    let sorted = |mut names: Vec<&str>| {
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(Name::new).collect()
    };
    NativeBuild { named: sorted(named), on: sorted(on) }
}

/// `tests_CPPFLAGS = -DVERIFY`: automake gives it to this program and to nothing else.
fn is_for_one_program(line: &str) -> bool {
    let name = line.split(['=', '+']).next().unwrap_or("").trim();
    let program = ["_CPPFLAGS", "_CFLAGS", "_CXXFLAGS"].iter().find_map(|kind| name.strip_suffix(kind));
    program.is_some_and(|program| !program.starts_with("lib") && program != "AM" && program.chars().all(is_word))
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The options and variables of `CMake` that are on unless somebody turns them off: where nothing, this system, or only
/// options that are on are asked for.
fn set_by_default(source: &str) -> Vec<&str> {
    let mut on: Vec<&str> = Vec::new();
    // For each `if` around, whether its branch is surely taken.
    let mut taken: Vec<bool> = Vec::new();
    for line in source.lines() {
        let Some((command, rest)) = line.trim_start().split_once('(') else { continue };
        let arguments = rest.split(')').next().unwrap_or("").trim();
        let name = arguments.split(|c| !is_word(c)).next().unwrap_or("");
        let value = arguments.rsplit([' ', '\t', '"']).find(|word| !word.is_empty()).unwrap_or("");
        match command.trim_end().to_ascii_lowercase().as_str() {
            "if" => {
                let this_system = matches!(arguments, "UNIX" | "NOT WIN32" | "NOT MSVC" | "NOT APPLE");
                taken.push(this_system || arguments == name && on.contains(&name));
            }
            "elseif" | "else" => {
                if let Some(last) = taken.last_mut() {
                    *last = false;
                }
            }
            "endif" => drop(taken.pop()),
            "option" | "set" if taken.iter().all(|taken| *taken) => {
                if matches!(value.to_ascii_uppercase().as_str(), "ON" | "1" | "TRUE" | "YES") {
                    on.push(name);
                }
            }
            _ => {}
        }
    }
    on
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_options_and_macros() {
        let text = |names: &[Name]| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ");
        let build = parse("option(WITH_SSL \"use it\" ON)\nadd_definitions(-DUSE_SSL=1)\n");
        assert_eq!(text(&build.named), "DUSE_SSL USE_SSL WITH_SSL");
        assert_eq!(text(&build.on), "USE_SSL WITH_SSL");
        let build = parse("tests_CPPFLAGS = $(A) \\\n  -DVERIFY\nlibx_la_CPPFLAGS = -DBUILDING\nAM_CFLAGS += -DALL\n");
        assert_eq!(text(&build.on), "ALL BUILDING");
        assert!(text(&build.named).contains("VERIFY"));
        assert_eq!(text(&parse("#cmakedefine HAVE_X\n#undef EPOLL\n").named), "EPOLL HAVE_X");
    }

    #[test]
    fn what_depends_on_an_option_is_on_with_it() {
        let build = parse(
            "option(USE_THREADS \"threads\" ON)\nOPTION( USE_LOG \"log\" OFF )\nif(USE_THREADS)\n  if(WIN32)\n    set(LIB_WIN 1)\n  else()\n    set(LIB_PTHREADS 1)\n  endif()\n  set(LIB_THREADS 1)\nendif()\nif(USE_LOG)\n set(LIB_LOG 1)\nendif()\nset(LIB_LEVEL 3)\n",
        );
        assert_eq!(build.on.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["LIB_THREADS", "USE_THREADS"]);
    }
}
