# The storefront: Next.js built once, served by web/src/main.ts. Build it from the project's root:
#   docker build --file docker/web.Dockerfile --tag orderflow-web .
ARG NODE_IMAGE=node:24.21-bookworm-slim

FROM ${NODE_IMAGE} AS workspace
WORKDIR /app
ENV CI=true
COPY package.json ./
RUN npm install --global --no-audit --no-fund \
    "pnpm@$(node -p "require('./package.json').packageManager.split('@')[1].split('+')[0]")"
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches patches

# Compilers come as optional packages for each kind of machine; only this stage has them.
FROM workspace AS build
RUN pnpm fetch
COPY . .
RUN pnpm install --frozen-lockfile --offline --filter @orderflow/web... \
    && pnpm --dir web run build \
    && rm -rf web/.next/cache

FROM workspace AS packages
ENV PNPM_CONFIG_OPTIONAL=false
RUN pnpm fetch --prod
COPY . .
RUN rm -rf node_modules \
    && pnpm install --prod --frozen-lockfile --offline --filter @orderflow/web \
    && rm -rf node_modules/.pnpm/typescript@*

FROM ${NODE_IMAGE}
WORKDIR /app
# The heap takes its share of the container's memory limit; the rest is for buffers, sockets and code.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-old-space-size-percentage=65 \
    NEXT_TELEMETRY_DISABLED=1 \
    HOST=0.0.0.0 \
    PORT=3000

COPY --from=packages /app/package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=packages /app/contracts contracts
COPY --from=packages /app/web web
COPY --from=build /app/web/.next web/.next

USER node
STOPSIGNAL SIGTERM
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$PORT && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -rt 5 -u 3 _ status _ && [ \"$status\" = 200 ]"]
CMD ["node", "web/src/main.ts"]
