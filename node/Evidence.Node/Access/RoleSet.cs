using System.Collections.Frozen;
using System.Numerics;
using Evidence.V1;

namespace Evidence.Node.Access;

/// <summary>Some roles, as callers have them and methods ask for them.</summary>
/// <param name="Bits">One bit for each role, at its number.</param>
internal readonly record struct RoleSet(uint Bits)
{
    private static readonly FrozenDictionary<string, Role> ByName =
        Enum.GetValues<Role>().Where(static role => role != Role.Unspecified).ToFrozenDictionary(static role => role.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Every role there is.</summary>
    internal static RoleSet All { get; } = Of(Enum.GetValues<Role>().Where(static role => role != Role.Unspecified));

    /// <summary>What anybody who reaches the port may have, when others than this machine reach it: they change nothing and read no content beyond what a court is to see.</summary>
    internal static RoleSet OpenToAll { get; } = Of([Role.Auditor, Role.Court]);

    /// <summary>The names of all roles.</summary>
    internal static string Names => All.ToString();

    internal bool IsEmpty => Bits == 0;

    internal static RoleSet Of(IEnumerable<Role> roles) => new(roles.Aggregate(0u, static (bits, role) => bits | 1u << (int)role));

    /// <summary>The role of that name, as it stands in configurations: the lower-case word; null where there is none.</summary>
    internal static RoleSet? Parse(string name) =>
        ByName.TryGetValue(name, out var role) ? Of([role]) : null; // not by Enum.Parse: that takes "submitter,court", and adds their numbers to that of a third role

    internal bool Has(Role role) => (Bits >> (int)role & 1) != 0;

    internal bool Meets(RoleSet other) => (Bits & other.Bits) != 0;

    internal RoleSet Without(RoleSet other) => new(Bits & ~other.Bits);

    internal IReadOnlyList<string> ToNames() => [.. Enumerable.Range(0, 32 - BitOperations.LeadingZeroCount(Bits)).Where(Has).Select(static bit => ((Role)bit).ToString().ToLowerInvariant())];

    public override string ToString() => IsEmpty ? "none" : string.Join(", ", ToNames());

    public static RoleSet operator |(RoleSet left, RoleSet right) => new(left.Bits | right.Bits);

    private bool Has(int bit) => Has((Role)bit);
}
