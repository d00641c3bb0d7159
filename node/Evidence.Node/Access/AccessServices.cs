using Evidence.Node.Access.Tokens;
using Microsoft.AspNetCore.Builder;

namespace Evidence.Node.Access;

/// <summary>The door's parts in the host.</summary>
internal static class AccessServices
{
    internal static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<TokenBook>()
        .AddSingleton<CallerReader>();

    /// <summary>Puts the door before all endpoints.</summary>
    internal static void UseDoor(this WebApplication app)
    {
        app.UseRouting(); // the door must know where a call leads
        app.UseMiddleware<DoorMiddleware>();
    }
}
