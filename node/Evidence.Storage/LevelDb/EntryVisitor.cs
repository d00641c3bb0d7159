namespace Evidence.Storage.LevelDb;

/// <summary>Looks at an entry; key and value are valid until it returns.</summary>
internal delegate Visit EntryVisitor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

/// <summary>What is to be done after an entry was looked at.</summary>
internal enum Visit
{
    /// <summary>The next one is shown.</summary>
    Next,

    /// <summary>This one and those behind it do not matter.</summary>
    End,

    /// <summary>This one must not be there.</summary>
    Refuse,
}
