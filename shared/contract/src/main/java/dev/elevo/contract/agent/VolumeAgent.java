package dev.elevo.contract.agent;

import java.util.List;

/** The volumes on one host. Every call may be repeated: a second one finds the work done. */
public interface VolumeAgent {

    /** Makes it, or answers with the one that is there. 7106 without room, 9007 where there can be none. */
    VolumeStatus create(VolumeSpec spec);

    /** All of the host, in no order. */
    List<VolumeStatus> list();

    /** Those of them that are there. */
    List<VolumeStatus> look(List<String> volumeIds);

    /** At least so large, in use or not; never smaller than it was. 7100, 7106, and 9007 where what is in use cannot grow. */
    VolumeStatus resize(String volumeId, int gigabytes);

    /** What it held is gone at once; who still has it mounted gets errors. Deleting what is not there is success. */
    void delete(String volumeId);
}
