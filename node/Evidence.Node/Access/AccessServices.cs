using Evidence.Node.Access.Certificates;
using Evidence.Node.Access.Tokens;
using Microsoft.AspNetCore.Builder;

namespace Evidence.Node.Access;

/// <summary>The door's parts in the host.</summary>
internal static class AccessServices
{
    internal static IServiceCollection AddAccess(this IServiceCollection services, NodeTls tls) => services
        .AddSingleton(tls)
        .AddSingleton<TokenBook>()
        .AddSingleton<CertificateBook>()
        .AddSingleton<CallerReader>()
        .AddSingleton<CallerLimits>()
        .AddSingleton<RefusalBook>()
        .AddHostedService(static provider => provider.GetRequiredService<RefusalBook>())
        .AddHostedService<AccessReload>();

    /// <summary>Puts the door before all endpoints.</summary>
    internal static void UseDoor(this WebApplication app)
    {
        app.UseRouting(); // the door must know where a call leads
        app.UseMiddleware<DoorMiddleware>();
    }
}
