namespace Evidence.Tests.Faults;

/// <summary>What goes wrong in one step on a <see cref="SimulatedDisk"/>.</summary>
public enum DiskFault
{
    /// <summary>It is not done and says so. After a sync the pages that were to be written are clean and lost: no later sync writes them.</summary>
    Failed,

    /// <summary>It is done and says that it failed.</summary>
    FailedButPersisted,

    /// <summary>Half of a write is done, then it fails; other steps fail.</summary>
    ShortWrite,

    /// <summary>As <see cref="ShortWrite"/>, because the disk is full.</summary>
    NoSpace,

    /// <summary>The medium cannot be written: some sectors are, others are not.</summary>
    IoError,

    /// <summary>The power goes: see <see cref="AfterCut"/>.</summary>
    PowerCut,
}

/// <summary>What was done, by whom.</summary>
public enum DiskStep
{
    Create,
    Write,
    Truncate,
    Sync,
    Rename,
    Delete,
    CreateFolder,
    RemoveFolder,
    MoveFolder,
    SyncFolder,
}

/// <summary>What a power cut leaves of that which was reported done and not synced.</summary>
public enum AfterCut
{
    /// <summary>Nothing: every file and every folder is as it was synced last.</summary>
    Dropped,

    /// <summary>All of it.</summary>
    Kept,

    /// <summary>Any of it, in any order, by sectors of 512 bytes; names in any of the states that they had.</summary>
    Sectors512,

    /// <summary>The same by sectors of 4096 bytes.</summary>
    Sectors4096,
}
