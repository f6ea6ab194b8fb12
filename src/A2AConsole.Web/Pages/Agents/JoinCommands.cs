using A2AConsole.Trust;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>What to run where the agent lives, ready to paste.</summary>
public static class JoinCommands
{
    /// <summary>Enrols with nothing but openssl, jq and curl, and sends a first event.</summary>
    public static string Shell(IssuedJoinToken token, string authority)
        => $"""
            src/A2AConsole.Agent/examples/openssl-agent.sh \
              --authority '{authority}' \
              --token '{token.Text}' \
              --state './{NameOf(token)}'
            """;

    /// <summary>Enrols with the SDK, or goes on with the identity that an earlier run got.</summary>
    public static string Sdk(IssuedJoinToken token, string authority)
        => $$"""
            using A2AConsole.Sdk;

            await using var agent = await AgentClient.OpenOrEnrollAsync(new AgentOptions
            {
                Authority = new Uri("{{authority}}"),
                JoinToken = "{{token.Text}}",
                StateDirectory = "{{NameOf(token)}}",
            });
            """;

    private static string NameOf(IssuedJoinToken token) => token.SpiffeId[(token.SpiffeId.LastIndexOf('/') + 1)..];
}
