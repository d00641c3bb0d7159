namespace Evidence.Tests.Faults;

/// <summary>Folders of a <see cref="SimulatedDisk"/> that were moved since the folders that hold them were synced. As the journal of a file system does, a power cut leaves the first of these moves, or none, or all; none lasts without those before it.</summary>
internal sealed class SimulatedMoves
{
    private readonly List<(Move Move, HashSet<string> Unsynced)> _moves = [];

    internal void Add(Move move) => _moves.Add((move, [Path.GetDirectoryName(move.From)!, Path.GetDirectoryName(move.To)!]));

    internal void Sync(string folder)
    {
        foreach (var (_, unsynced) in _moves) unsynced.Remove(folder);
        _moves.RemoveRange(0, _moves.FindLastIndex(m => m.Unsynced.Count == 0) + 1);
    }

    /// <summary>Those that have to be undone, the last first.</summary>
    internal List<Move> Settle(AfterCut what, Random random)
    {
        var kept = what switch
        {
            AfterCut.Dropped => 0,
            AfterCut.Kept => _moves.Count,
            _ => random.Next(_moves.Count + 1),
        };
        var undone = _moves.Skip(kept).Select(m => m.Move).Reverse().ToList();
        _moves.Clear();
        return undone;
    }

    /// <summary>One move, with all that is in the folder; or two at once.</summary>
    internal sealed record Move(string From, string To, bool IsExchange)
    {
        internal void Run()
        {
            var aside = From + "-on-its-way";
            if (IsExchange) Directory.Move(To, aside);
            Directory.Move(From, To);
            if (IsExchange) Directory.Move(aside, From);
        }

        /// <summary>The name that a path has then.</summary>
        internal string NameAfter(string path) =>
            IsIn(path, From) ? To + path[From.Length..] : IsExchange && IsIn(path, To) ? From + path[To.Length..] : path;

        /// <summary>Takes it back; the result gives the names after that.</summary>
        internal Func<string, string> Undo()
        {
            if (!IsExchange && Directory.Exists(From)) Directory.Delete(From, recursive: true); // made there since, so that it is undone as well
            var back = new Move(To, From, IsExchange);
            back.Run();
            return back.NameAfter;
        }

        private static bool IsIn(string path, string folder) => path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal);
    }
}
