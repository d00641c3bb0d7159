using Evidence.Storage;
using Evidence.Storage.Durable;

namespace Evidence.Tests.Faults;

/// <summary>
/// A disk and the page cache before it, apart. Real files are the cache: everything reads them, at any time. What would be on the disk is kept beside them, per file and per name, and takes their place when the power is cut.
/// One step goes wrong: the nth of its kind, which <see cref="FailAt"/> names. LevelDB writes past this, to files that this does not know.
/// </summary>
internal sealed class SimulatedDisk(int seed) : IMedium
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly SimulatedNames _names = new();
    private readonly SimulatedMoves _moves = new();
    private int _run; // handles of an earlier one are dead

    /// <summary>What was done, in order.</summary>
    internal List<(DiskStep Step, string Path)> Steps { get; } = [];

    /// <summary>The step that goes wrong: its kind, and how many of the kind are done before it; without a kind, how many of all. Several threads write, so that only the order of one kind is much the same each time.</summary>
    internal (DiskStep? Step, int Nth)? FailAt { get; set; }

    internal DiskFault Fault { get; set; }

    /// <summary>Nothing is done any more: the process was killed, or the power is off.</summary>
    internal bool IsOff { get; private set; }

    /// <summary>Holds up whoever syncs a volume next, until it is let go.</summary>
    internal Hold? HoldSync { get; set; }

    /// <summary>Whether two folders can change places at once.</summary>
    internal bool CanExchange { get; init; } = true;

    public IMediumFile Open(string path, FileMode mode)
    {
        lock (_lock)
        {
            ThrowIfOff(_run);
            if (!File.Exists(path)) return Create(path, mode);
            if (mode == FileMode.CreateNew) throw new IOException($"{path} is there already.");
            var file = FileOf(path);
            if (mode == FileMode.Create && new FileInfo(path).Length > 0) Do(DiskStep.Truncate, path, () => file.SetLength(0), () => File.WriteAllBytes(path, []));
            return Handle(path, file);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            var (file, before) = (FileOf(from), Meaning(to));
            Do(DiskStep.Rename, to, () =>
            {
                _names.Change(from, new(true, file), default);
                _names.Change(to, before, new(true, file));
                _files.Remove(from);
                _files[to] = file;
            }, () => File.Move(from, to, overwrite: true));
        }
    }

    public void Delete(string path)
    {
        lock (_lock)
        {
            ThrowIfOff(_run);
            if (!File.Exists(path)) return;
            var file = FileOf(path);
            Do(DiskStep.Delete, path, () =>
            {
                _names.Change(path, new(true, file), default);
                _files.Remove(path);
            }, () => File.Delete(path));
        }
    }

    public void CreateFolder(string path)
    {
        lock (_lock)
        {
            ThrowIfOff(_run);
            if (Directory.Exists(path)) return;
            if (Path.GetDirectoryName(path) is { } above) CreateFolder(above);
            Do(DiskStep.CreateFolder, path, () => _names.Change(path, default, new(true, null)), () => Directory.CreateDirectory(path));
        }
    }

    public void RemoveFolder(string path)
    {
        lock (_lock) Do(DiskStep.RemoveFolder, path, () => _names.Change(path, new(true, null), default), () => Directory.Delete(path));
    }

    public void SyncFolder(string path)
    {
        lock (_lock)
        {
            Do(DiskStep.SyncFolder, path, () =>
            {
                _names.Sync(path);
                _moves.Sync(path);
            }, () => { });
        }
    }

    // It is set aside, so that it can come back.
    public void RemoveTree(string path) => Move(DiskStep.RemoveFolder, new SimulatedMoves.Move(path, $"{path}-{Guid.NewGuid():N}", IsExchange: false));

    public void MoveFolder(string from, string to) => Move(DiskStep.MoveFolder, new SimulatedMoves.Move(from, to, IsExchange: false));

    public bool TryExchangeFolders(string one, string other)
    {
        if (CanExchange) Move(DiskStep.MoveFolder, new SimulatedMoves.Move(one, other, IsExchange: true));
        return CanExchange;
    }

    /// <summary>The process is killed: what is in the page cache stays. Its handles do nothing any more.</summary>
    internal void Kill()
    {
        lock (_lock) IsOff = true;
    }

    /// <summary>A new process, and no fault to come. Its steps are counted anew.</summary>
    internal void Restart()
    {
        lock (_lock)
        {
            (IsOff, FailAt, _run) = (false, null, _run + 1);
            Steps.Clear();
        }
    }

    /// <summary>Puts what is on the disk into the place of what was in the page cache.</summary>
    internal void CutPower(AfterCut what)
    {
        lock (_lock)
        {
            IsOff = true;
            foreach (var move in _moves.Settle(what, _random)) Rename(move.Undo());
            var before = new HashSet<string>(_files.Where(f => !f.Value.IsClean).Select(f => f.Key));
            foreach (var (path, meaning) in _names.Settle(what, _random))
            {
                Replace(path, meaning);
                before.Add(path);
            }

            foreach (var (path, file) in _files.ToArray())
            {
                if (!Directory.Exists(Path.GetDirectoryName(path))) _files.Remove(path);
                else if (before.Contains(path)) File.WriteAllBytes(path, file.Settle(what, _random));
            }
        }
    }

    private void Move(DiskStep step, SimulatedMoves.Move move)
    {
        lock (_lock)
        {
            Do(step, move.To, () =>
            {
                _moves.Add(move);
                Rename(move.NameAfter);
            }, move.Run);
        }
    }

    private void Rename(Func<string, string> renamed)
    {
        _names.Rename(renamed);
        foreach (var (path, file) in _files.Where(f => renamed(f.Key) != f.Key).ToArray())
        {
            _files.Remove(path);
            _files[renamed(path)] = file;
        }
    }

    private void Replace(string path, SimulatedNames.Meaning meaning)
    {
        _files.Remove(path);
        if (Directory.Exists(path) && !(meaning.Exists && meaning.File is null)) Directory.Delete(path, recursive: true);
        else if (File.Exists(path)) File.Delete(path);
        if (!meaning.Exists || !Directory.Exists(Path.GetDirectoryName(path))) return;
        if (meaning.File is { } file) _files[path] = file;
        else Directory.CreateDirectory(path);
    }

    private SimulatedHandle Create(string path, FileMode mode)
    {
        if (mode == FileMode.Open) throw new FileNotFoundException($"{path} is missing.", path);
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw new DirectoryNotFoundException($"{path} has no folder.");
        var file = new SimulatedFile([]);
        Do(DiskStep.Create, path, () =>
        {
            _names.Change(path, default, new(true, file));
            _files[path] = file;
        }, () => File.WriteAllBytes(path, []));
        return Handle(path, file);
    }

    private SimulatedHandle Handle(string path, SimulatedFile file) => new(this, _run, path, file, new DiskFile(path, FileMode.Open));

    // A file that is met for the first time was there before: all of it is on the disk.
    private SimulatedFile FileOf(string path)
    {
        if (!_files.TryGetValue(path, out var file)) _files.Add(path, file = new SimulatedFile(File.ReadAllBytes(path)));
        return file;
    }

    private SimulatedNames.Meaning Meaning(string path) => File.Exists(path) ? new(true, FileOf(path)) : default;

    private void ThrowIfOff(int run)
    {
        if (IsOff || run != _run) throw new IOException("The process is gone (simulated).");
    }

    // `model` keeps the disk in step with what `action` does to the page cache.
    private void Do(DiskStep step, string path, Action model, Action action, Action? half = null, Action? lose = null)
    {
        ThrowIfOff(_run);
        var isIt = FailAt is { } at && (at.Step is null || at.Step == step) && at.Nth == Steps.Count(s => at.Step is null || s.Step == step);
        Steps.Add((step, path));
        if (!isIt)
        {
            model();
            action();
            return;
        }

        if (Fault == DiskFault.PowerCut ? _random.Next(2) == 0 : Fault == DiskFault.FailedButPersisted)
        {
            model();
            action();
        }
        else
        {
            lose?.Invoke();
            if (Fault != DiskFault.Failed) half?.Invoke();
        }

        IsOff = Fault == DiskFault.PowerCut;
        var isFull = Fault == DiskFault.NoSpace && step is DiskStep.Create or DiskStep.Write or DiskStep.Rename or DiskStep.CreateFolder;
        throw isFull ? new StorageFullException($"no room in {step} of {path} (simulated)") : new IOException($"{Fault} in {step} of {path} (simulated)", Fault == DiskFault.NoSpace ? 28 : 5);
    }

    /// <summary>Somebody who is held up in a step.</summary>
    internal sealed class Hold
    {
        private readonly ManualResetEventSlim _go = new();
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when somebody is held up.</summary>
        internal Task Reached => _reached.Task;

        internal void LetGo() => _go.Set();

        internal void Wait()
        {
            _reached.TrySetResult();
            _go.Wait();
        }
    }

    private sealed class SimulatedHandle(SimulatedDisk disk, int run, string path, SimulatedFile file, DiskFile cache) : IMediumFile
    {
        public long Length => cache.Length;

        public int Read(Span<byte> buffer, long offset) => cache.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var copy = bytes.ToArray();
            lock (disk._lock)
            {
                disk.ThrowIfOff(run);
                disk.Do(DiskStep.Write, path, () => file.Write(copy, offset), () => cache.Write(copy, offset), () =>
                {
                    file.Write(copy.AsSpan(0, copy.Length / 2), offset);
                    cache.Write(copy.AsSpan(0, copy.Length / 2), offset);
                });
            }
        }

        public void SetLength(long length)
        {
            lock (disk._lock)
            {
                disk.ThrowIfOff(run);
                disk.Do(DiskStep.Truncate, path, () => file.SetLength(length), () => cache.SetLength(length));
            }
        }

        public void Sync()
        {
            if (path.EndsWith(".tar", StringComparison.Ordinal)) disk.HoldSync?.Wait();
            lock (disk._lock)
            {
                disk.ThrowIfOff(run);
                disk.Do(DiskStep.Sync, path, file.Sync, () => { }, lose: Lose);
            }
        }

        // Only what is on the disk can be dropped from the cache; what a sync has lost is dropped with it.
        public void DropCache(long offset, long length)
        {
            lock (disk._lock)
            {
                if (!file.IsClean || !File.Exists(path) || disk._files.GetValueOrDefault(path) != file) return;
                var kept = file.Settle(AfterCut.Kept, disk._random);
                if (!kept.SequenceEqual(File.ReadAllBytes(path))) File.WriteAllBytes(path, kept);
            }
        }

        public void Dispose() => cache.Dispose();

        private void Lose()
        {
            if (disk.Fault == DiskFault.PowerCut) return;
            file.Settle(disk.Fault == DiskFault.Failed ? AfterCut.Dropped : AfterCut.Sectors512, disk._random);
        }
    }
}
