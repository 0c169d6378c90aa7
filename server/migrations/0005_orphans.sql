-- Whether a blob is somebody's signature, for the sweep of blobs that nothing names.
create index attendances_signature on attendances (organization_id, signature) where signature is not null;
