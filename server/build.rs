//! Makes sure that the folder of the built client exists, so that the server compiles without one,
//! and that a changed migration is noticed.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=migrations");
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site");
    if let Err(error) = std::fs::create_dir_all(&site) {
        println!("cargo:warning=can't make {}: {error}", site.display());
    }
}
