//! Where bytes are kept: a folder on this machine, or S3 through `object_store`.

use std::{path::Path, sync::Arc};

use object_store::{ObjectStore, local::LocalFileSystem, prefix::PrefixStore};
use url::Url;

use crate::error::{Error, Result};

/// Opens a folder (made if it is missing) or `s3://bucket/prefix`, whose credentials, region and
/// endpoint come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, …) or from the
/// address's query.
pub fn open(address: &str) -> Result<Arc<dyn ObjectStore>> {
    match Url::parse(address) {
        // `C:\…` reads as a scheme of one letter.
        Ok(url) if url.scheme().len() > 1 && url.scheme() != "file" => remote(&url),
        Ok(url) if url.scheme() == "file" => {
            let path = url
                .to_file_path()
                .map_err(|()| Error::internal(format!("{address} is no folder")))?;
            folder(&path)
        }
        _ => folder(Path::new(address)),
    }
}

fn folder(path: &Path) -> Result<Arc<dyn ObjectStore>> {
    std::fs::create_dir_all(path)
        .map_err(|error| Error::internal(format!("can't make {}: {error}", path.display())))?;
    let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
    Ok(Arc::new(store))
}

fn remote(url: &Url) -> Result<Arc<dyn ObjectStore>> {
    let environment = std::env::vars()
        .map(|(name, value)| (name.to_lowercase(), value))
        .filter(|(name, _)| name.starts_with("aws_"));
    let query: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let (store, prefix) = object_store::parse_url_opts(url, environment.chain(query))?;
    Ok(Arc::new(PrefixStore::new(store, prefix)))
}
