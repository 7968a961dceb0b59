package dev.elevo.agent.snapshot;

import dev.elevo.contract.blob.BlobStore;

/** The part of a store in which chunks are shared. What lies in it is under five names, and nothing else is. */
record Depot(BlobStore blobs, String prefix) {

    String packs() {
        return prefix + "/packs/";
    }

    String manifests() {
        return prefix + "/snapshots/";
    }

    /** Of those who are taking a snapshot: what they found here must stay until they are done. */
    String leases() {
        return prefix + "/leases/";
    }

    /** Of packs that no snapshot needs any more. */
    String condemned() {
        return prefix + "/condemned/";
    }

    /** Of packs in which something was found damaged. */
    String distrusted() {
        return prefix + "/distrusted/";
    }

    String pack(String id) {
        return packs() + id;
    }

    String manifest(String id) {
        return manifests() + id;
    }

    String lease(String id) {
        return leases() + id;
    }

    String condemned(String pack) {
        return condemned() + pack;
    }

    String distrusted(String pack) {
        return distrusted() + pack;
    }

    static String idOf(BlobStore.Blob blob) {
        return blob.key().substring(blob.key().lastIndexOf('/') + 1);
    }
}
