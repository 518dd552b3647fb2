import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiIfMatch } from '../common/api-if-match.ts';
import { ApiProblems } from '../common/api-problems.ts';
import { TakesBody } from '../common/body-kind.ts';
import { entityTag } from '../common/entity-tag.ts';
import { PageQueryDto } from '../common/page-query.dto.ts';
import { nextLink } from '../common/pages.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import { CALENDAR_BODY } from './calendar-body.ts';
import { CalendarListRepository } from './calendar-list.repository.ts';
import { CalendarNamePipe } from './calendar-name.pipe.ts';
import type { SavedCalendar } from './calendars.repository.ts';
import { CalendarsService } from './calendars.service.ts';
import { CalendarFieldsDto } from './dto/calendar-fields.dto.ts';
import { CalendarDto, CalendarSummaryDto } from './dto/calendar.dto.ts';
import { CreateCalendarDto } from './dto/create-calendar.dto.ts';
import { ImportQueryDto } from './dto/import-query.dto.ts';
import type { NamedCalendar } from './named-calendar.ts';

@ApiTags('calendars')
@Controller('calendars')
export class CalendarsController {
  constructor(
    private readonly calendars: CalendarsService,
    private readonly lists: CalendarListRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List calendars', description: 'By name; without dates and ranges.' })
  @ApiOkResponse({
    type: [CalendarSummaryDto],
    headers: {
      'X-Total-Count': { description: 'Calendars on all pages.', schema: { type: 'integer' } },
      Link: { description: '`rel="next"` leads to the next page.', schema: { type: 'string' } },
    },
  })
  @ApiProblems(400)
  async list(
    @Query() query: PageQueryDto,
    @Req() { url }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarSummaryDto[]> {
    const { items, total, nextCursor } = await this.lists.list(NAMESPACE, query);
    void reply.header('x-total-count', total);
    if (nextCursor !== null) void reply.header('link', nextLink(url, nextCursor));
    return items.map((calendar) => CalendarSummaryDto.of(calendar));
  }

  @Post()
  @ApiOperation({ summary: 'Create a calendar' })
  @ApiCreatedResponse({ type: CalendarDto })
  @ApiProblems(400, 409, 413, 415)
  async create(
    @Body() input: CreateCalendarDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarDto> {
    const calendar = await this.calendars.create(input);
    void reply.header('location', `/calendars/${calendar.name}`);
    return this.show(calendar, reply);
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get a calendar' })
  @ApiOkResponse({ type: CalendarDto })
  @ApiProblems(400, 404)
  async get(
    @Param('name', CalendarNamePipe) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarDto> {
    return this.show(await this.calendars.get(name), reply);
  }

  @Put(':name')
  @ApiOperation({
    summary: 'Create the calendar with this name, or make it what the body says',
    description: 'Idempotent: what the body leaves out has its default. 201 when it was created.',
  })
  @ApiIfMatch()
  @ApiOkResponse({ type: CalendarDto })
  @ApiCreatedResponse({ type: CalendarDto })
  @ApiProblems(400, 412, 413, 415)
  async put(
    @Param('name', CalendarNamePipe) name: string,
    @Body() input: CalendarFieldsDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarDto> {
    return this.showSaved(await this.calendars.put(name, input, ifMatch), reply);
  }

  @Patch(':name')
  @ApiOperation({
    summary: 'Change a calendar',
    description:
      'Merges; what is left out stays, lists are replaced. Runs of its jobs that are due already are not touched.',
  })
  @ApiIfMatch()
  @ApiOkResponse({ type: CalendarDto })
  @ApiProblems(400, 404, 412, 413, 415)
  async update(
    @Param('name', CalendarNamePipe) name: string,
    @Body() patch: CalendarFieldsDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarDto> {
    return this.show(await this.calendars.update(name, patch, ifMatch), reply);
  }

  @Delete(':name')
  @ApiOperation({ summary: 'Delete a calendar that no job uses' })
  @ApiIfMatch()
  @ApiOkResponse({ type: CalendarDto, description: 'The calendar as it was.' })
  @ApiProblems(400, 404, 409, 412)
  async delete(
    @Param('name', CalendarNamePipe) name: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<CalendarDto> {
    return CalendarDto.from(await this.calendars.delete(name, ifMatch));
  }

  @Post(':name/import')
  @HttpCode(200)
  @TakesBody(CALENDAR_BODY)
  @ApiOperation({
    summary: 'Add the days of an iCalendar file',
    description:
      'All-day events count for their days, timed ones for the days that they touch in their own zone; what repeats is followed for some years. Creates the calendar where there is none: then 201.',
  })
  @ApiConsumes(CALENDAR_BODY.mediaType)
  @ApiBody({ schema: { type: 'string', description: 'RFC 5545, at most 1 MiB.' } })
  @ApiOkResponse({ type: CalendarDto })
  @ApiCreatedResponse({ type: CalendarDto })
  @ApiProblems(400, 413, 415)
  async import(
    @Param('name', CalendarNamePipe) name: string,
    @Query() query: ImportQueryDto,
    @Body() file: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CalendarDto> {
    if (typeof file !== 'string') throw new UnsupportedMediaTypeException();
    return this.showSaved(await this.calendars.import(name, file, query), reply);
  }

  private showSaved({ calendar, created }: SavedCalendar, reply: FastifyReply): CalendarDto {
    if (created) void reply.status(201);
    return this.show(calendar, reply);
  }

  private show(calendar: NamedCalendar, reply: FastifyReply): CalendarDto {
    void reply.header('etag', entityTag(calendar));
    return CalendarDto.from(calendar);
  }
}
