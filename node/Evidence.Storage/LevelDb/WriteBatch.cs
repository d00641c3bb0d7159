using static Evidence.Storage.LevelDb.NativeLevelDb;

namespace Evidence.Storage.LevelDb;

/// <summary>Changes that are written together.</summary>
internal sealed unsafe class WriteBatch : IDisposable
{
    internal nint Pointer { get; private set; } = leveldb_writebatch_create();

    internal void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key, v = value) leveldb_writebatch_put(Pointer, k, (nuint)key.Length, v, (nuint)value.Length);
    }

    internal void Delete(ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key) leveldb_writebatch_delete(Pointer, k, (nuint)key.Length);
    }

    /// <summary>Forgets all changes.</summary>
    internal void Clear() => leveldb_writebatch_clear(Pointer);

    public void Dispose()
    {
        if (Pointer == 0) return;
        leveldb_writebatch_destroy(Pointer);
        Pointer = 0;
    }
}
