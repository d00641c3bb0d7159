namespace Evidence.Node.Configuration;

/// <summary>Reads "replicas" of node.json.</summary>
internal static class ReplicaOptionsReader
{
    private const int MostCopies = 100;

    internal static ReplicaOptions Read(ConfigSection? replicas, int peers, bool hasTrust, bool hasLedger)
    {
        var otherwise = new ReplicaOptions();
        if (replicas is null) return otherwise;
        var every = replicas.Seconds("proveEverySeconds", otherwise.ProveEvery!.Value.TotalSeconds, 0, 366 * 86_400);
        var options = new ReplicaOptions
        {
            Place = Name(replicas, "place"),
            Medium = Name(replicas, "medium"),
            MirrorsBeforeAnchor = (int)replicas.Number("mirrorsBeforeAnchor", 0, 0, MostCopies),
            AppendUnconfirmed = replicas.Flag("appendUnconfirmed", false),
            ProveEvery = every == TimeSpan.Zero ? null : every,
            ProofBytesPerSecond = replicas.Number("proofBytesPerSecond", otherwise.ProofBytesPerSecond, 1 << 20, 1L << 40),
            ProofAge = replicas.Seconds("proofAgeSeconds", otherwise.ProofAge.TotalSeconds, 1, 366 * 86_400),
            PolicyGrace = replicas.Seconds("policyGraceSeconds", otherwise.PolicyGrace.TotalSeconds, 0, 366 * 86_400),
            Policies = Policies(replicas, peers),
        };
        if (options is { ProveEvery: null, Policies.Count: > 0 }) replicas.Fail("policy", "asks for proven copies, and \"proveEverySeconds\" is 0: nothing would ever be proven");
        CheckMirrors(replicas, options, peers, hasTrust, hasLedger);
        replicas.RefuseUnknownFields();
        return options;
    }

    private static string Name(ConfigSection section, string field)
    {
        var text = section.Optional(field) ?? "";
        if (text.Length > 128 || text.Any(char.IsControl)) section.Fail(field, "must have at most 128 characters on one line");
        return text.Trim();
    }

    private static List<ReplicaPolicy> Policies(ConfigSection replicas, int peers)
    {
        var policies = new List<ReplicaPolicy>();
        foreach (var policy in replicas.Sections("policy"))
        {
            var copies = (int)policy.Number("copies", 1, 1, MostCopies);
            var places = (int)policy.Number("places", 1, 1, MostCopies);
            if (places > copies) policy.Fail("places", $"asks for {places} places of {copies} copies: ask for as many copies at least");
            if (copies > peers + 1) policy.Fail("copies", $"asks for {copies} copies, and this node has {peers} peers: add peers, or ask for {peers + 1} at most");
            policies.Add(new ReplicaPolicy(policy.Required("fonds", "the fonds, or * for every other one"), copies, places));
            policy.RefuseUnknownFields();
        }

        foreach (var twice in policies.GroupBy(policy => policy.Fonds).Where(group => group.Key.Length > 0 && group.Count() > 1))
            replicas.Fail("policy", $"names the fonds {twice.Key} {twice.Count()} times: name each once");
        return policies;
    }

    private static void CheckMirrors(ConfigSection replicas, ReplicaOptions options, int peers, bool hasTrust, bool hasLedger)
    {
        if (options.MirrorsBeforeAnchor == 0) return;
        if (!hasLedger) replicas.Fail("mirrorsBeforeAnchor", "says what is anchored, and no \"ledger\" is configured: add it, or leave this out");
        if (!hasTrust) replicas.Fail("mirrorsBeforeAnchor", "needs a \"trust\" that names the mirrors' witness keys: only their cosignatures count");
        if (options.MirrorsBeforeAnchor > peers) replicas.Fail("mirrorsBeforeAnchor", $"asks for {options.MirrorsBeforeAnchor} mirrors, and this node has {peers} peers: nothing would ever be anchored");
    }
}
