namespace Evidence.Core.Chain;

/// <summary>One event of a transaction.</summary>
/// <param name="Address">The contract that wrote it, 20 bytes.</param>
/// <param name="Topics">At most four topics of 32 bytes.</param>
/// <param name="Data">ABI-encoded data.</param>
public sealed record LogEntry(byte[] Address, IReadOnlyList<byte[]> Topics, byte[] Data)
{
    internal static LogEntry Parse(RlpItem item)
    {
        var fields = item.List("A log entry");
        if (fields.Count != 3) throw new FormatException($"A log entry has 3 fields, not {fields.Count}.");
        var topics = fields[1].List("topics");
        if (topics.Count > 4) throw new FormatException($"A log entry has at most 4 topics, not {topics.Count}.");
        return new LogEntry(fields[0].Fixed(20, "address"), [.. topics.Select(static topic => topic.Fixed(32, "topic"))], fields[2].Text("data").ToArray());
    }

    internal byte[] Encode() =>
        Rlp.EncodeList([Rlp.Encode(Address), Rlp.EncodeList(Topics.Select(static topic => Rlp.Encode(topic))), Rlp.Encode(Data)]);
}
