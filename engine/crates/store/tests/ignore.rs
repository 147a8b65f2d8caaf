//! Which files belong to a map: what git would track, and ripgrep search.

use parseltongue_store::scan::{Rules, list};
use std::fs;
use std::path::Path;
use std::process::Command;

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
    fs::write(file, text).expect("written");
}

fn listed(root: &Path) -> Vec<String> {
    list(root, &Rules::default()).into_iter().map(|file| file.path).collect()
}

/// What git sees in a repository of which nothing is tracked yet, without what is hidden.
fn seen_by_git(root: &Path) -> Vec<String> {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(root).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let mut paths: Vec<_> = git(&["ls-files", "--others", "--exclude-standard", "-z"])
        .split_terminator('\0')
        .filter(|path| path.ends_with(".py"))
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths
}

/// A repository with every form that a pattern takes.
fn repository() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let init = Command::new("git").args(["init", "--quiet"]).current_dir(root.path()).status();
    assert!(init.expect("git runs").success());
    write(
        root.path(),
        ".gitignore",
        "\u{feff}*.log.py\n# a comment\n\n/top.py\nbuild/\ndeep/**/gone.py\n**/any/x.py\na[0-9].py\nb?.py\n\\!bang.py\n\
         !keep.log.py\ntrailing.py   \nspace\\ .py\ndocs/*.py\n!docs/kept.py\n*~\nlib\nx/y\n[!q]q.py\n",
    );
    write(root.path(), "sub/.gitignore", "/top2.py\n!a1.py\n*.tmp.py\n");
    write(root.path(), "sub/inner/.gitignore", "!*.tmp.py\n");
    write(root.path(), ".git/info/exclude", "private.py\n");
    for path in [
        "top.py sub/top.py top2.py sub/top2.py sub/in/top2.py build/a.py sub/build/a.py buildx/a.py build.py/a.py",
        "deep/gone.py deep/a/gone.py deep/a/b/gone.py any/x.py q/any/x.py anyx.py a1.py a12.py sub/a1.py b1.py bb.py",
        "b.py !bang.py keep.log.py x.log.py sub/x.log.py trailing.py docs/a.py docs/kept.py docs/in/a.py",
        "lib/a.py sub/lib/a.py libs/a.py x/y/a.py sub/x/y/a.py sub/a.tmp.py sub/inner/a.tmp.py private.py",
        "sub/private.py qq.py pq.py sub/in/pq.py",
    ]
    .join(" ")
    .split(' ')
    {
        write(root.path(), path, "");
    }
    write(root.path(), "space .py", "");
    root
}

#[test]
fn what_git_ignores_is_left_out() {
    let root = repository();
    let expected = seen_by_git(root.path());
    assert!(expected.len() > 15, "{expected:?}");
    assert_eq!(listed(root.path()), expected);
    // From below the root, the files above still count.
    let below: Vec<_> = expected.iter().filter_map(|path| path.strip_prefix("sub/")).collect();
    assert_eq!(listed(&root.path().join("sub")), below);
}

#[test]
fn a_folder_in_no_repository_heeds_its_ignore_files() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), ".gitignore", "gone.py\nback.py\n");
    write(root.path(), ".ignore", "!back.py\nfar.py\n!.github\n");
    for path in ["gone.py", "back.py", "far.py", "in/far.py", "in/here.py", ".hidden/a.py", ".github/a.py"] {
        write(root.path(), path, "");
    }
    assert_eq!(listed(root.path()), [".github/a.py", "back.py", "in/here.py"]);
    let everything = list(root.path(), &Rules { no_ignore: true });
    assert_eq!(everything.len(), 5, "all but what is hidden");
}

#[test]
fn another_repository_inside_has_rules_of_its_own() {
    let root = repository();
    write(root.path(), "other/.git/HEAD", "");
    write(root.path(), "other/top.py", "");
    write(root.path(), "other/x.log.py", "");
    let found = listed(root.path());
    assert!(found.contains(&"other/x.log.py".to_owned()), "{found:?}");
}

#[test]
fn folders_of_others_are_left_out() {
    let root = tempfile::tempdir().expect("a folder");
    for path in ["a.py", "node_modules/x/a.py", "env/pyvenv.cfg", "env/lib/a.py", "in/__pycache__/a.py"] {
        write(root.path(), path, "");
    }
    assert_eq!(listed(root.path()), ["a.py"]);
}
