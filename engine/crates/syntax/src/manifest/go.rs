//! Reads `go.mod`.

use super::GoModule;

pub(super) fn parse(source: &str) -> Option<GoModule> {
    let mut module = GoModule::default();
    let mut block = "";
    for line in source.lines() {
        let line = line.split_once("//").map_or(line, |(code, _)| code).trim();
        if line.is_empty() {
            continue;
        }
        if line == ")" {
            block = "";
            continue;
        }
        let (directive, rest) = if block.is_empty() {
            let (directive, rest) = line.split_once(|c: char| c.is_whitespace() || c == '(').unwrap_or((line, ""));
            // `require (` and `require(` open a block.
            if line.ends_with('(') {
                block = directive;
                continue;
            }
            (directive, rest)
        } else {
            (block, line)
        };
        let mut words = rest.split_whitespace().map(unquote);
        match directive {
            "module" => module.path = words.next()?.into(),
            "require" => module.requires.extend(words.next().map(Into::into)),
            "replace" => {
                let Some(old) = words.next() else { continue };
                let new = words.skip_while(|&word| word != "=>").nth(1);
                if let Some(new) = new.filter(|new| new.starts_with('.') || new.starts_with('/')) {
                    module.replaced.push((old.into(), new.into()));
                }
            }
            _ => {}
        }
    }
    (!module.path.is_empty()).then_some(module)
}

fn unquote(word: &str) -> &str {
    word.trim_matches(['"', '`'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_blocks_and_single_lines() {
        let module = parse(
            "module example.com/a // comment\n\ngo 1.22\n\nrequire (\n\texample.com/b v1.2.3\n\t\"example.com/c\" v0.1.0 // indirect\n)\n\
             require example.com/d v1.0.0\nreplace example.com/b v1.2.3 => ./b\nreplace (\n\texample.com/c => ../c\n\texample.com/d => example.com/e v1.0.0\n)\n",
        )
        .expect("a module");
        assert_eq!(&*module.path, "example.com/a");
        assert_eq!(
            module.requires,
            ["example.com/b".into(), "example.com/c".into(), Box::<str>::from("example.com/d")]
        );
        assert_eq!(
            module.replaced,
            [("example.com/b".into(), "./b".into()), (Box::<str>::from("example.com/c"), Box::<str>::from("../c"))]
        );
    }

    #[test]
    fn a_file_without_module_line_says_nothing() {
        assert!(parse("go 1.22\n").is_none());
    }
}
