namespace Evidence.Core.Backups;

/// <summary>One backup on a medium, as its catalogue backup.json says: what it wrote, and up to where the medium is complete with it and those before it.</summary>
/// <param name="Medium">The medium's number, made with its first backup.</param>
/// <param name="Label">What people call the medium; may be empty.</param>
/// <param name="Number">Number of the backup on this medium, from 1.</param>
/// <param name="Previous">SHA-256 of the SHA256SUMS of the backup before; null for the first.</param>
/// <param name="Taken">When it was begun, by the clock of the machine that made it.</param>
/// <param name="Logs">The logs that it covers: the node's own first.</param>
public sealed record BackupRun(Guid Medium, string Label, int Number, Digest? Previous, DateTimeOffset Taken, IReadOnlyList<BackedUpLog> Logs);

/// <summary>What one backup says of one log.</summary>
/// <param name="Folder">Name of the log's folder, on the medium and on the node.</param>
/// <param name="Origin">Name of the log.</param>
/// <param name="LogId">Its id on the ledger.</param>
/// <param name="Size">Leaves up to which the medium is complete.</param>
/// <param name="Root">Root of the tree of those.</param>
/// <param name="Volumes">The pieces of volumes that this backup wrote.</param>
/// <param name="Proofs">The pieces of proof files that this backup wrote.</param>
public sealed record BackedUpLog(string Folder, string Origin, Digest LogId, ulong Size, Digest Root, IReadOnlyList<VolumePiece> Volumes, IReadOnlyList<ProofPiece> Proofs);

/// <summary>Bytes of a volume, from a border between records to another: a tar file by itself. A later piece takes the place of everything from its first byte on.</summary>
/// <param name="Volume">Number of the volume.</param>
/// <param name="From">First byte, counted from the start of the volume.</param>
/// <param name="To">The byte behind the last one.</param>
/// <param name="Leaves">Records in it whose seals are leaves of the log.</param>
/// <param name="Closed">Whether the volume is closed with it.</param>
/// <param name="Damaged">Whether something in it was not as it must be when it was copied: the next backup looks at it again.</param>
public sealed record VolumePiece(uint Volume, long From, long To, long Leaves, bool Closed, bool Damaged);

/// <summary>Lines of a proof file. A later piece takes the place of everything from its first byte on.</summary>
/// <param name="Name">Name of the proof file without extension.</param>
/// <param name="From">First byte, counted from the start of the proof file.</param>
/// <param name="To">The byte behind the last one.</param>
/// <param name="LastLine">Where the last line begins, counted from the start of the proof file.</param>
/// <param name="Head">The hash that the last line states, which stands for all lines.</param>
public sealed record ProofPiece(string Name, long From, long To, long LastLine, Digest Head);
