using Evidence.Core.Hashing;

namespace Evidence.Storage.Sweeping;

/// <summary>A part of a record as its header says it.</summary>
/// <param name="Name">The name as a number.</param>
/// <param name="Data">Where its bytes lie in the chunk.</param>
internal readonly record struct ScannedMember(ulong Name, MessageRange Data);
