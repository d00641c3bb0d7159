using Evidence.Core.Notes;
using Evidence.Storage.Tree;

namespace Evidence.Storage.Reindexing;

/// <summary>A log and what was made beside it.</summary>
internal sealed record RebuiltParts(LogFolder Log, LogKeyHistory Keys, RebuildFolder Beside, LogTree Tree, IReadOnlyList<SealSpill> Spills, IProgress<ReindexProgress> Progress);
