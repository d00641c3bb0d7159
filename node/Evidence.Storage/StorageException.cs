using Evidence.Core.Verification;

namespace Evidence.Storage;

/// <summary>Storage could not do what was asked. The message says what, where, and what to do.</summary>
public class StorageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The disk is full. The record was not stored, nothing else was harmed, and records are accepted again as soon as there is room.</summary>
public sealed class StorageFullException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>A write or sync failed: what is on the medium is no longer known, so nothing is appended until the log is opened again.</summary>
public sealed class StorageFailedException(string message, Exception? inner = null) : StorageException(message, inner);

/// <summary>The log holds less than its own checkpoint says, or something else than it: appending would fork the log, so it is refused until the missing records are restored.</summary>
public sealed class LogBehindException(string message) : StorageException(message);

/// <summary>Two ways of hashing the same bytes gave different results: this machine cannot be trusted to check anything, and what it was to check is not known.</summary>
public sealed class HashesDifferException(string message) : StorageException(message);

/// <summary>Another process has the data folder open.</summary>
public sealed class DataFolderInUseException(string message) : StorageException(message);

/// <summary>The log already holds a record with this number.</summary>
public sealed class DuplicateRecordException(string message) : StorageException(message);

/// <summary>Bytes that were handed in, to be mirrored or to repair, do not prove. Nothing was kept of them.</summary>
public sealed class UnprovenBytesException(string message, IReadOnlyList<Finding> findings) : StorageException(message)
{
    /// <summary>What is wrong with the bytes.</summary>
    public IReadOnlyList<Finding> Findings { get; } = findings;
}
