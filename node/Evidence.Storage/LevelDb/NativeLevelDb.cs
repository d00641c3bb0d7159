using System.Reflection;
using System.Runtime.InteropServices;

namespace Evidence.Storage.LevelDb;

/// <summary>leveldb/c.h, as far as it is used.</summary>
internal static unsafe partial class NativeLevelDb
{
    private const string Library = "libleveldb.so.1d";

    private static readonly string[] OtherNames = ["libleveldb.so.1", "libleveldb.so", "leveldb"];

    static NativeLevelDb() => NativeLibrary.SetDllImportResolver(typeof(NativeLevelDb).Assembly, Resolve);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint leveldb_open(nint options, string name, out nint error);

    [LibraryImport(Library)]
    internal static partial void leveldb_close(nint db);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void leveldb_destroy_db(nint options, string name, out nint error);

    [LibraryImport(Library)]
    internal static partial void leveldb_write(DatabaseHandle db, nint options, nint batch, out nint error);

    [LibraryImport(Library)]
    internal static partial nint leveldb_get(DatabaseHandle db, nint options, byte* key, nuint keyLength, out nuint valueLength, out nint error);

    [LibraryImport(Library)]
    internal static partial nint leveldb_create_iterator(DatabaseHandle db, nint options);

    [LibraryImport(Library)]
    internal static partial void leveldb_iter_destroy(nint iterator);

    [LibraryImport(Library)]
    internal static partial byte leveldb_iter_valid(IteratorHandle iterator);

    [LibraryImport(Library)]
    internal static partial void leveldb_iter_seek(IteratorHandle iterator, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial void leveldb_iter_seek_to_last(IteratorHandle iterator);

    [LibraryImport(Library)]
    internal static partial void leveldb_iter_prev(IteratorHandle iterator);

    [LibraryImport(Library)]
    internal static partial void leveldb_iter_next(IteratorHandle iterator);

    [LibraryImport(Library)]
    internal static partial byte* leveldb_iter_key(IteratorHandle iterator, out nuint length);

    [LibraryImport(Library)]
    internal static partial byte* leveldb_iter_value(IteratorHandle iterator, out nuint length);

    // By the bare pointer: a handle is counted twice for every call.
    [LibraryImport(Library)]
    internal static partial byte leveldb_iter_valid(nint iterator);

    [LibraryImport(Library)]
    internal static partial void leveldb_iter_next(nint iterator);

    [LibraryImport(Library)]
    internal static partial byte* leveldb_iter_key(nint iterator, out nuint length);

    [LibraryImport(Library)]
    internal static partial byte* leveldb_iter_value(nint iterator, out nuint length);

    [LibraryImport(Library)]
    internal static partial void leveldb_iter_get_error(IteratorHandle iterator, out nint error);

    [LibraryImport(Library)]
    internal static partial nint leveldb_create_snapshot(DatabaseHandle db);

    [LibraryImport(Library)]
    internal static partial void leveldb_release_snapshot(nint db, nint snapshot);

    [LibraryImport(Library)]
    internal static partial nint leveldb_writebatch_create();

    [LibraryImport(Library)]
    internal static partial void leveldb_writebatch_destroy(nint batch);

    [LibraryImport(Library)]
    internal static partial void leveldb_writebatch_clear(nint batch);

    [LibraryImport(Library)]
    internal static partial void leveldb_writebatch_put(nint batch, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Library)]
    internal static partial void leveldb_writebatch_delete(nint batch, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial nint leveldb_options_create();

    [LibraryImport(Library)]
    internal static partial void leveldb_options_destroy(nint options);

    [LibraryImport(Library)]
    internal static partial void leveldb_options_set_create_if_missing(nint options, byte on);

    [LibraryImport(Library)]
    internal static partial void leveldb_options_set_paranoid_checks(nint options, byte on);

    [LibraryImport(Library)]
    internal static partial void leveldb_options_set_compression(nint options, int kind);

    [LibraryImport(Library)]
    internal static partial void leveldb_options_set_write_buffer_size(nint options, nuint bytes);

    [LibraryImport(Library)]
    internal static partial void leveldb_options_set_max_file_size(nint options, nuint bytes);

    [LibraryImport(Library)]
    internal static partial void leveldb_options_set_cache(nint options, nint cache);

    [LibraryImport(Library)]
    internal static partial nint leveldb_cache_create_lru(nuint bytes);

    [LibraryImport(Library)]
    internal static partial void leveldb_cache_destroy(nint cache);

    [LibraryImport(Library)]
    internal static partial void leveldb_options_set_filter_policy(nint options, nint policy);

    [LibraryImport(Library)]
    internal static partial nint leveldb_filterpolicy_create_bloom(int bitsPerKey);

    [LibraryImport(Library)]
    internal static partial void leveldb_filterpolicy_destroy(nint policy);

    [LibraryImport(Library)]
    internal static partial nint leveldb_readoptions_create();

    [LibraryImport(Library)]
    internal static partial void leveldb_readoptions_destroy(nint options);

    [LibraryImport(Library)]
    internal static partial void leveldb_readoptions_set_verify_checksums(nint options, byte on);

    [LibraryImport(Library)]
    internal static partial void leveldb_readoptions_set_fill_cache(nint options, byte on);

    [LibraryImport(Library)]
    internal static partial void leveldb_readoptions_set_snapshot(nint options, nint snapshot);

    [LibraryImport(Library)]
    internal static partial nint leveldb_writeoptions_create();

    [LibraryImport(Library)]
    internal static partial void leveldb_writeoptions_destroy(nint options);

    [LibraryImport(Library)]
    internal static partial void leveldb_free(nint pointer);

    /// <summary>Throws when LevelDB left an error text, and frees it.</summary>
    internal static void ThrowIf(nint error)
    {
        if (error == 0) return;
        var message = Marshal.PtrToStringUTF8(error) ?? "unknown error";
        leveldb_free(error);
        throw new LevelDbException(message);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        if (NativeLibrary.TryLoad(name, assembly, path, out var handle)) return handle;
        foreach (var other in OtherNames)
            if (NativeLibrary.TryLoad(other, assembly, path, out handle)) return handle;
        throw new DllNotFoundException("The LevelDB library is not installed (Debian and Ubuntu: apt-get install libleveldb1d).");
    }
}
