-- An organization's latest documents, to be looked through before the index is asked for all of them.
create index search_documents_latest on search_documents (organization_id, number);
