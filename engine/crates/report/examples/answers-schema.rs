//! Prints the JSON Schema of all answers; `npm run generate` writes it to `docs/schema`.

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&parseltongue_report::schema::answers())?);
    Ok(())
}
